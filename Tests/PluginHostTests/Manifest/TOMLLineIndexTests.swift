import Testing

@testable import PluginHost

/// Lines of keys, in every way of writing them.
struct TOMLLineIndexTests {
  private static let text = """
    top = 1 # a comment with [brackets] and "quotes"

    [table]
    "quoted key" = 2
    'literal.key' = 3
    a.b."c d" = 4
    "\\u0041\\t" = 5
    multi = \"\"\"
    not = "a key"
    [not a header]
    \\\"\"\" still inside\"\"\"
    literal = '''
    # no comment
    ''' # a comment
    array = [
      1, # one
      [ 2, 3 ],
      { x = 4, y = { z = 5 } },
      "# no comment ]",
    ]
    date = 1979-05-27 07:32:00Z
    inline = { k = "v}", 'l' = [1, 2] }

    [[list]]
    n = 1
    [list.sub]
    m = 1
    [[list.inner]]
    p = 1
    [[list.inner]]
    p = 2

    [[list]]
    n = 2
      [ list . sub ]
      m = 2
    [later.deep]
    x = 1
    [later]
    y = 1
    """

  @Test(
    arguments: [
      ([.key("top")], 1), ([.key("table")], 3), ([.key("table"), .key("quoted key")], 4),
      ([.key("table"), .key("literal.key")], 5), ([.key("table"), .key("a"), .key("b"), .key("c d")], 6),
      ([.key("table"), .key("A\t")], 7), ([.key("table"), .key("multi")], 8), ([.key("table"), .key("literal")], 12),
      ([.key("table"), .key("array")], 15), ([.key("table"), .key("array"), .element(0)], 16),
      ([.key("table"), .key("array"), .element(1), .element(1)], 17),
      ([.key("table"), .key("array"), .element(2), .key("y"), .key("z")], 18),
      ([.key("table"), .key("array"), .element(3)], 19), ([.key("table"), .key("date")], 21),
      ([.key("table"), .key("inline"), .key("l"), .element(1)], 22), ([.key("list"), .element(0)], 24),
      ([.key("list"), .element(0), .key("n")], 25), ([.key("list"), .element(0), .key("sub"), .key("m")], 27),
      ([.key("list"), .element(0), .key("inner"), .element(1)], 30),
      ([.key("list"), .element(0), .key("inner"), .element(1), .key("p")], 31), ([.key("list"), .element(1)], 33),
      ([.key("list"), .element(1), .key("sub")], 35), ([.key("list"), .element(1), .key("sub"), .key("m")], 36),
      ([.key("later"), .key("deep")], 37), ([.key("later")], 39), ([.key("later"), .key("y")], 40),
      // What is missing is reported where it would be.
      ([.key("table"), .key("none")], 3), ([.key("list"), .element(1), .key("none"), .key("x")], 33),
      ([.key("none")], 1), ([.key("list"), .element(9)], 24),
    ] as [([TOMLPath.Part], Int)])
  func lineIsFound(parts: [TOMLPath.Part], line: Int) {
    let index = TOMLLineIndex(Array(Self.text.utf8))
    #expect(index.stop == nil)
    #expect(index.duplicates.isEmpty)
    #expect(index.line(of: TOMLPath(parts)) == line)
  }

  @Test func libraryReadsTheSameText() throws {
    _ = try TOMLDocument(Array(Self.text.utf8), file: "t.toml")
    let crlf = Self.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    let document = try TOMLDocument([0xef, 0xbb, 0xbf] + Array(crlf.utf8), file: "t.toml")
    #expect(document.index.line(of: TOMLPath([.key("later"), .key("y")])) == 40)
  }

  // Every key of documents that the library accepts is found by the index.
  @Test func everyKeyOfADocumentHasALine() throws {
    let document = try TOMLDocument(Array(Self.text.utf8), file: "t.toml")
    func check(_ node: TOMLNode, _ path: TOMLPath) {
      #expect(document.index.contains(path), "\(path)")
      switch node {
      case .table(let values): for (key, value) in values { check(value, path.key(key)) }
      case .array(let values): for (place, value) in values.enumerated() { check(value, path.element(place)) }
      default: break
      }
    }
    check(.table(document.root), TOMLPath())
  }

  @Test(arguments: [
    ("a.b[1].c", [TOMLPath.Part.key("a"), .key("b"), .element(1), .key("c")]),
    ("\"a b\".\"\".\"x\\ny\"", [.key("a b"), .key(""), .key("x\ny")]),
  ])
  func pathsAreShown(text: String, parts: [TOMLPath.Part]) {
    #expect(TOMLPath(parts).description == text)
  }
}

/// The forms of numbers, truth values, dates and times.
struct TOMLScalarTests {
  @Test(arguments: [
    "true", "false", "0", "+0", "-7", "1_000", "12", "0x0aF_f", "0o17", "0b1_0", "inf", "-inf", "+nan", "1.5", "-0.5",
    "1e5", "1E+5", "6.02_2e-2_3", "0e0", "1979-05-27", "1979-05-27T07:32:00", "1979-05-27 07:32:00.123Z",
    "1979-05-27t07:32:00-07:00", "07:32:00", "00:32:00.999999",
  ])
  func formIsAccepted(text: String) {
    #expect(TOMLScalar.isWellFormed(Array(text.utf8)[...]))
    #expect((try? TOMLDocument(Array("a = \(text)".utf8), file: "t"))?.root["a"] != nil)
  }

  @Test(arguments: [
    "", "True", "tru", "truex", "01", "-01", "1_", "_1", "1__0", "0x", "0x_1", "+0x1", "0xg", "0o8", "0b2", "1.", ".5",
    "1._5", "1.5_", "1e", "1e+", "e5", "--1", "+-1", "infx", "Inf", "1979-5-27", "1979-05-27T", "1979-05-27 ",
    "1979-05-27T07:32", "07:32", "07:32:00.", "1979-05-27T07:32:00+7:00", "07:32:00Z", "1 2", "abc", "1,2",
  ])
  func otherFormIsRefused(text: String) {
    #expect(!TOMLScalar.isWellFormed(Array(text.utf8)[...]))
  }
}
