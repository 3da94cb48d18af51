import Method

/// The heading of a step of the method.
struct MethodStepText {
    private let step: MethodStep

    init(_ step: MethodStep) { self.step = step }

    var text: String {
        switch step {
        case .data(let datasets, let tasks): "data: \(datasets) datasets for \(tasks) tasks"
        case .stage1: "stage 1: one model with shared encoders and crossmodal blocks"
        case .heterogeneity(let kind): "heterogeneity of \(kind.rawValue)"
        case .groups: "groups"
        case .stage2: "stage 2: every group fine-tunes its own copy of the stage 1 parameters"
        case .pruned: "pruned: stage 2 without the pairs whose interaction adds nothing"
        case .speed: "speed of inference on the CPU"
        }
    }
}
