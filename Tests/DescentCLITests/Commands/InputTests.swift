import Foundation
import Testing

/// What is named as an input and is no file.
struct InputTests {
  private static let commands = [
    "plot X", "plot X --output new.svg", "plot --surface X", "inspect X", "inspect X --verify",
    "evaluate X --data table.csv", "evaluate run/best.h5 --data X",
    "evaluate run/best.h5 --data array.npy --labels X", "predict X table.csv",
    "predict run/best.h5 X", "resume X", "resume run --epochs 9 --data X", "export X new.onnx",
    "import X --output new.h5", "import weights.json --config X --output new.h5", "check X",
    "find-rate X",
    "find-rate --data X --target y", "train X", "train --from X", "train config.yaml --from X",
    "train --data X --target y", "train --data array.npy --labels X",
    "train config.yaml --data array.npy --labels array.npy --weights X",
  ]

  /// A named pipe that nobody writes to, a device without an end: refused, and not waited for.
  @Test(arguments: commands) func aPipeOrADeviceIsRefused(command: String) throws {
    let folder = try Scratch.withTable()
    try folder.write("{\"class_name\": \"Sequential\", \"config\": {}}", to: "weights.json")
    var array = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0])
    array += Data("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }".utf8)
    array += Data(repeating: 0x20, count: 127 - array.count) + Data([10]) + Data(count: 16)
    try array.write(to: folder.url("array.npy"))
    let script = """
      $descent train config.yaml --quiet --output run || exit 99
      mkfifo pipe pipe.csv pipe.npy pipe.h5 pipe.yaml
      for input in pipe pipe.csv pipe.npy pipe.h5 pipe.yaml /dev/zero /dev/null; do
        timeout 300 $descent \(command.replacing("X", with: "$input")) </dev/null 2>error; code=$?
        echo $code $(cat error)
      done
      """
    let result = try Descent.shell(script, in: folder)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 7, "\(result.output)")
    for line in lines {
      #expect(
        ["66 descent: ", "65 descent: ", "64 descent: "].contains(where: line.hasPrefix),
        "\(line)")
    }
    #expect(try folder.contents().keys.allSatisfy { !$0.hasPrefix("new") })
  }

  /// The same in a run's folder, where a file of the run should be.
  @Test(arguments: [
    "config.yaml", "history.csv", "last.h5", "best.h5", "curve.svg", "report.html", ".descent-lock",
    "tensorboard/train/events.out.tfevents.1.host.1.0",
  ])
  func aPipeInARunIsNotWaitedFor(name: String) throws {
    let folder = try Scratch.withTable()
    let result = try Descent.shell(
      """
      $descent train config.yaml --quiet --output run --set tensorboard=true || exit 99
      rm -f run/\(name); mkfifo run/\(name)
      timeout 300 $descent resume run --epochs 4 --quiet </dev/null 2>error; code=$?
      echo $code $(cat error)
      timeout 300 $descent plot run >/dev/null || echo $?
      """, in: folder)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 1, "\(result.output)")
    #expect(
      result.output == "0\n"
        || result.output.hasPrefix("73 descent: run/\(name): it is a pipe or a device"),
      "\(result.output)")
  }

  /// What came through a pipe is not there a second time: it is said, with what to do, and that helps.
  @Test(arguments: [
    "cat table.csv | $descent train --data -", "$descent train --data <(cat table.csv)",
  ])
  func aRunOfPipedRowsGoesOnWithThem(command: String) throws {
    let folder = try Scratch.withTable()
    let begun = try Descent.start(
      ["-c", "\(command) --target kind --epochs 2 --output run --set early_stopping=null"],
      in: folder, environment: ["descent": Descent.executable], program: "/bin/bash"
    ).finish()
    #expect(begun.code == 0, "\(begun.error)")
    #expect(
      begun.error.contains("the rows come through a pipe: to go on later they have to be given"),
      "\(begun.error)")
    let refused = try Descent.run("resume", "run", "--epochs", "4", in: folder)
    #expect(refused.code == 66)
    #expect(
      refused.error.contains("the rows came through a pipe")
        && refused.error.contains("name them with --data: a pipe gives its content once"),
      "\(refused.error)")
    // A report of it does not take for its rows what its own standard input happens to be.
    let page = try Descent.run("plot", "run", "--output", "page.html", in: folder)
    #expect(page.code == 0, "\(page.error)")
    #expect(try folder.read("page.html").contains("the rows came through a pipe"))
    let more = try Descent.run(
      "resume", "run", "--epochs", "4", "--data", "table.csv", "--json", in: folder)
    #expect(more.code == 0, "\(more.error)")
    #expect(try more.objects.compactMap { $0["epoch"] as? Int } == [3, 4])
    try folder.write(twoClasses.replacing("\n14,9,", with: "\n14,8,"), to: "other.csv")
    let other = try Descent.run(
      "resume", "run", "--epochs", "6", "--data", "other.csv", in: folder)
    #expect(other.code == 65 && other.error.contains("fingerprint"), "\(other.error)")
  }
}
