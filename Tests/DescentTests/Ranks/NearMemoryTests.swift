import Foundation
import SystemCalls
import Testing

@testable import Descent
@testable import DescentEngine

/// Memory that processes of one machine read from each other, here one process twice. Other systems than Linux have none, and
/// send.
@Suite(.enabled(if: SharedMemory(count: 64) != nil, "this system has no memory without a name"))
struct NearMemoryTests {
  private let memory = NearMemory.allocate(floats: 1000)
  private var here: Int32 { ProcessInfo.processInfo.processIdentifier }

  @Test func whatOneWritesTheOtherReads() throws {
    #expect(memory.floats.count >= 1000 && (0..<1000).allSatisfy { memory.floats.base[$0] == 0 })
    let near = NearMemory(memory)
    let found = try #require(near.find(near.text, of: here))
    let other = try #require(found.floats)
    memory.floats.base[999] = 7
    withExtendedLifetime(found) {
      #expect(other[999] == 7 && other != UnsafePointer(memory.floats.base))
    }
  }

  /// It outlives what others find it by, and is found no more.
  @Test func whatIsClosedStays() throws {
    let near = NearMemory(memory)
    let text = near.text
    let found = try #require(near.find(text, of: here))
    near.close()
    #expect(near.find(text, of: here) == nil)
    memory.floats.base[0] = 3
    withExtendedLifetime(found) { #expect(found.floats?[0] == 3) }
  }

  /// Another process of the same number, less memory than is said, another file, or nothing of the kind.
  @Test func whatIsNotMeantIsNotTaken() throws {
    let near = NearMemory(memory)
    let words = near.text.split(separator: " ").map(String.init)
    let (descriptor, count, mark) = (words[0], words[1], words[2])
    let otherMark = try #require(UInt64(mark)) ^ 1
    #expect(near.find("\(descriptor) \(count) \(otherMark)", of: here) == nil)
    #expect(near.find("\(descriptor) 1000000 \(mark)", of: here) == nil)
    #expect(near.find("\(descriptor) 10 \(mark)", of: here) == nil)
    #expect(near.find("-1 \(count) \(mark)", of: here) == nil)
    let folder = open("/", O_RDONLY)
    defer { close(folder) }
    #expect(near.find("\(folder) \(count) \(mark)", of: here) == nil)
    #expect(near.find(near.text, of: nil) == nil && near.find(near.text, of: .max) == nil)
    #expect(near.find("", of: here) == nil)
  }

  /// Whoever has none of its own reads nobody's: the other could not read its.
  @Test func plainMemoryIsSent() {
    let plain = NearMemory(ExchangeMemory(count: 1000))
    #expect(plain.text.isEmpty)
    #expect(plain.find(NearMemory(memory).text, of: here) == nil)
  }

  @Test func answersSayWhoseWasFound() {
    let answer = NearMemory.answer([nil, SharedMemory(count: 64), nil])
    #expect((0..<4).map { NearMemory.hasFound($0, in: answer) } == [false, true, false, false])
  }
}
