import Foundation

extension RunReport {
    /// The style sheet of drawings.
    static let drawingStyle = """
        svg text{font:11px sans-serif;fill:var(--ink)}
        .over{fill:var(--over)}.under{fill:var(--under)}.cell{fill:var(--cell)}circle{fill:var(--ink)}circle.under{fill:var(--under)}
        .imputed{stroke:var(--ink);stroke-dasharray:2 2}.box{fill:var(--paper);stroke:var(--ink)}
        .grid{stroke:var(--line)}.kept{stroke:var(--ink)}.chosen{fill:none;stroke:var(--ink);stroke-width:2}
        .line{fill:none;stroke-width:1.8}.line.over{stroke:var(--over)}.line.under{stroke:var(--under)}
        """

    /// The colours of the light page.
    private static let lightColours = [
        "ink": "#1c2330", "paper": "#fff", "line": "#d5dae3", "over": "#d95f02", "under": "#1f6fb4", "cell": "#1f6fb4",
    ]

    /// The style sheet of drawings that stand alone. Few viewers of SVG know variables.
    static let resolvedDrawingStyle = lightColours.reduce(drawingStyle) {
        $0.replacingOccurrences(of: "var(--\($1.key))", with: $1.value)
    }

    /// The style sheet of the page. Its colours are distinguishable with any colour vision, in
    /// light and dark mode.
    static let style = """
        :root{color-scheme:light dark;--ink:#1c2330;--paper:#fff;--line:#d5dae3;--over:#d95f02;--under:#1f6fb4;--cell:#1f6fb4}
        @media(prefers-color-scheme:dark){:root{--ink:#e4e8ef;--paper:#14181f;--line:#3a4352;--over:#ff9a4d;--under:#6db3f2;--cell:#2f6ea8}}
        body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:62rem;margin:1.5rem auto;padding:0 1rem}
        h1{margin:0;overflow-wrap:anywhere}section>h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}.sum{font-size:1.15rem;margin:.3rem 0}
        a{color:var(--under)}nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:1rem 0}
        .answer{font-size:1.05rem;padding-left:1.2rem}.answer li{margin:.3rem 0}
        .doubt{border-left:4px solid var(--over);padding:.1rem 0 .1rem 1rem}.doubt h2{font-size:1.05rem;margin:.3rem 0}.doubt ul{margin:.3rem 0;padding-left:1.2rem}
        li,p,td,figcaption{overflow-wrap:anywhere}
        table{border-collapse:collapse;font-size:.9rem}
        pre{overflow-x:auto;font-size:.85rem;border:1px solid var(--line);border-radius:.3rem;padding:.5rem;margin:.5rem 0}
        th,td{padding:.15rem .6rem;text-align:right;border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums;white-space:nowrap}
        th:first-child,td:first-child{text-align:left}
        svg{display:block}.draw,.wide{overflow-x:auto;margin:.5rem 0;max-width:100%}
        .draw,.wide{background:linear-gradient(90deg,var(--paper) 70%,#0000) 0/2rem 100% local,linear-gradient(270deg,var(--paper) 70%,#0000) 100%/2rem 100% local,linear-gradient(90deg,var(--line),#0000) 0/.7rem 100%,linear-gradient(270deg,var(--line),#0000) 100%/.7rem 100%;background-repeat:no-repeat}
        figure{margin:.5rem 0;min-width:0;max-width:100%}figcaption{font-size:.9rem;max-width:24rem}
        output{display:block;font-size:.9rem;min-height:1.5em;position:sticky;top:0;background:var(--paper)}
        .row{display:flex;flex-wrap:wrap;gap:.5rem 2rem;align-items:flex-start}
        .many{display:flex;flex-wrap:wrap;gap:.5rem 1rem}
        .name{display:inline-block;border:1px solid var(--line);border-radius:.3rem;padding:0 .35rem;margin:.1rem 0;font-size:.85rem}
        .left{text-decoration:line-through}
        .key::before{content:"";display:inline-block;width:1.2em;height:.25em;vertical-align:middle;margin-right:.3em}
        .under-key::before{background:var(--under)}.over-key::before{background:var(--over)}
        \(drawingStyle)
        @media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--line:#bbb;--over:#d95f02;--under:#1f6fb4;--cell:#1f6fb4}
        body{margin:0;max-width:none}nav,output{display:none}h2,h3{break-after:avoid}svg,table,figure{break-inside:avoid}.draw,.wide{overflow:visible;background:none}pre{white-space:pre-wrap;overflow-wrap:anywhere}table{font-size:.75rem}th,td{white-space:normal;padding:.1rem .3rem}svg{max-width:100%;height:auto}}
        """

    /// The script of the page: values of cells on hover, and on focus with the arrow keys; what
    /// scrolls can be reached with the keyboard.
    static let script = """
        const boxes=new ResizeObserver(entries=>{for(const{target:box}of entries){
        if(box.scrollWidth<=box.clientWidth){box.removeAttribute('tabindex');box.removeAttribute('role');continue;}
        box.tabIndex=0;box.setAttribute('role','region');
        box.setAttribute('aria-label',box.querySelector('svg')?.getAttribute('aria-label')??box.closest('section')?.querySelector('h2').textContent??'text');}});
        for(const box of document.querySelectorAll('.draw,.wide,pre'))boxes.observe(box);
        for(const figure of document.querySelectorAll('figure.map')){
        const svg=figure.querySelector('svg'),output=figure.querySelector('output');
        const map=JSON.parse(figure.querySelector('script').textContent);
        const size=+svg.dataset.size,left=+svg.dataset.x,count=map.names.length;
        const mark=document.createElementNS('http://www.w3.org/2000/svg','rect');
        mark.setAttribute('class','chosen');mark.setAttribute('width',size);mark.setAttribute('height',size);
        let row=0,column=1;
        function show(r,c){if(r<0||c<0||r>=count||c>=count)return;row=r;column=c;
        mark.setAttribute('x',left+c*size-.5);mark.setAttribute('y',r*size-.5);svg.append(mark);
        output.textContent=map.names[r]+' '+map.relation+' '+map.names[c]+': '+(map.texts[r][c]??'–');}
        svg.addEventListener('pointermove',event=>{const box=svg.getBoundingClientRect(),scale=svg.viewBox.baseVal.width/box.width;
        show(Math.floor((event.clientY-box.top)*scale/size),Math.floor(((event.clientX-box.left)*scale-left)/size));});
        svg.addEventListener('focus',()=>show(row,Math.min(column,count-1)));
        svg.addEventListener('keydown',event=>{const step={ArrowUp:[-1,0],ArrowDown:[1,0],ArrowLeft:[0,-1],ArrowRight:[0,1]}[event.key];
        if(step){event.preventDefault();show(row+step[0],column+step[1]);}});}
        """
}
