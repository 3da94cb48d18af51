import Multimodal
import Torch
import Training

let suite = try Suite(file: "mine.yaml", overrides: ["training.epochs=8"])
let run = RunDirectory("runs/mine")

let stage = try SuiteRun(suite: suite, dataRoot: "data", run: run, device: .cpu)
_ = try stage.train()

for (task, result) in try stage.evaluate(on: .test).tasks {
    print(task, result.scores.metrics)
}

let predictor = try Predictor(run, task: "kind", device: .cpu)
try predictor.predict(file: "data/mine/test.safetensors", batch: 64) { sample in
    print(sample.row, sample.prediction ?? "")
}
