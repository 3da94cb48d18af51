extension RunReport {
    /// The style sheet of the page. Its colours are distinguishable with any colour vision, in
    /// light and dark mode.
    static let style = """
        :root{color-scheme:light dark;--ink:#1c2330;--paper:#fff;--line:#d5dae3;--over:#d95f02;--under:#1f6fb4}
        @media(prefers-color-scheme:dark){:root{--ink:#e4e8ef;--paper:#14181f;--line:#3a4352;--over:#ff9a4d;--under:#6db3f2}}
        body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:62rem;margin:2rem auto;padding:0 1rem}
        h1{margin-bottom:0}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}.sum{font-size:1.15rem}
        table{border-collapse:collapse;font-size:.9rem;display:block;overflow-x:auto}
        th,td{padding:.15rem .6rem;text-align:right;border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums}
        th:first-child,td:first-child{text-align:left}
        svg{width:100%;height:auto;display:block;margin:.5rem 0}svg text{font:11px system-ui,sans-serif;fill:var(--ink)}
        .over{fill:var(--over)}.under{fill:var(--under)}circle{fill:var(--ink)}circle.under{fill:var(--under)}
        .imputed{stroke:var(--ink);stroke-dasharray:2 2}
        .line{fill:none;stroke-width:1.8}.line.over{stroke:var(--over)}.line.under{stroke:var(--under)}
        .many{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:.5rem}
        .name{display:inline-block;border:1px solid var(--line);border-radius:.3rem;padding:0 .35rem;margin:.1rem 0;font-size:.85rem}
        .left{text-decoration:line-through;opacity:.6}
        @media print{body{margin:0;max-width:none}h2{break-after:avoid}svg,table{break-inside:avoid}}
        """
}
