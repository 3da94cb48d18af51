import Method
import Multimodal
import Torch
import Training

let suite = try Suite(file: "mine.yaml", overrides: ["training.epochs=8"])
let data = try OpenedSuite(suite, dataRoot: "data")
let run = RunDirectory("runs/mine")

let result = try StageTraining(.first, of: data, run: run, device: .cpu).perform()
for (task, result) in result.tasks {
    print(task, result.scores.metrics)
}

let predictor = try Predictor(run, task: "kind", device: .cpu)
try predictor.predict(file: "data/mine/test.safetensors", batch: 64) { sample in
    print(sample.row, sample.prediction ?? "")
}
