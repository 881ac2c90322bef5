import Descent

// Whether a number is above another: enough to see that training, saving and predicting work from outside.
var features: [Float] = []
var classes: [Int32] = []
for row in 0..<200 {
  let (a, b) = (Float(row % 17), Float(row % 23))
  features += [a / 17, b / 23]
  classes.append(a / 17 > b / 23 ? 1 : 0)
}
let rows = Dataset(
  features: .floats(features), shape: [2], targets: .classes(classes, names: ["no", "yes"]))

let network = try Network(input: [2]) {
  Dense(16, activation: .relu)
  Dense(2, activation: .softmax)
}
let trainer = try Trainer(
  network, cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01))
var last = Double.nan
for try await epoch in trainer.train(on: rows, epochs: 60, batchSize: 20) { last = epoch.cost }
try trainer.save(to: CommandLine.arguments[1])
let answers = try Model(contentsOf: CommandLine.arguments[1]).predict([[0.9, 0.1], [0.1, 0.9]])
print("cost \(last), above: \(answers[0][1]), below: \(answers[1][1])")
guard last < 0.2, answers[0][1] > 0.9, answers[1][1] < 0.1 else {
  fatalError("it was not learnt")
}
