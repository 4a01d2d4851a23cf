import PluginKit

// Messages of FIPS 202's example files, and lengths around the padding's borders: bytes 0, 1, 2, ... of each length.
extension Keccak256Circuit {
  public static var knownAnswers: [KnownAnswer] {
    func counting(_ length: Int) -> [UInt8] { (0..<length).map { UInt8(truncatingIfNeeded: $0) } }
    let long =
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
    let answers: [([UInt8], StaticString)] = [
      ([], "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
      (Array("abc".utf8), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
      (
        Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
        "45d3b367a6904e6e8d502ee04999a7c27647f91fa845d456525fd352ae3d7371"
      ),
      (Array(long.utf8), "f519747ed599024f3882238e5ab43960132572b7345fbeb9a90769dafd21ad67"),
      (counting(1), "bc36789e7a1e281436464229828f817d6612f7b477d66591ff96a9e064bcc98a"),
      (counting(8), "59e7c99f6be4fd053d7c99f54e371304a33213473dc41f1825b7f3ceb33841a6"),
      (counting(55), "797f92d5e159d80a886c0a7802a255b475a1e8e473e8cf4345144824a2aee79c"),
      (counting(56), "0d0bf4902a749dee22eae5f1b6e2b867ba696ce9be7632eba14315ac09bd1856"),
      (counting(63), "eed42da65350e8490c201e15dd3bdb8aeaab8618692db71db386a19b6578c59d"),
      (counting(64), "002030bde3d4cf89919649775cd71875c4d0ab1708a380e03fefc3a28aa24831"),
      (counting(65), "64578d7b8ae53c452c57b27375f3827854a7ead6448dc566d77a6673701f50d3"),
      (counting(119), "c42f2d53209c66747e67ec100c88a38bd759ceffc3836df8d5dda8f068d91e87"),
      (counting(120), "16ed8ad21d9fd8f7141a03fd39fe7e181bb5cb89a54cd837b85bd53c8e4983bb"),
      (counting(127), "c52f0bd08793b9e8601b29753539e1bf47f8e483eed0a901e8761982449c9b4c"),
      (counting(128), "ed4c9adc183fb8cb025b1500ec3eeae1b45517314441a187605de1bb8a64726e"),
      (counting(135), "cbdfd9dee5faad3818d6b06f95a219fd290b0e1706f6a82e5a595b9ce9faca62"),
      (counting(136), "7ce759f1ab7f9ce437719970c26b0a66ff11fe3e38e17df89cf5d29c7d7f807e"),
      (counting(137), "ac73d4fae68b8453f764007c1a20ce95994187861f0c3227a3a8e99a73a3b1db"),
      (counting(200), "bfb0aa97863e797943cf7c33bb7e880bb4543f3d2703c0923c6901c2af57b890"),
      (counting(271), "7c974895b2a88303ff2dc6b58f438ceb0b298cac91099ac0539cc0f477506191"),
      (counting(272), "fdf2ec49e749960d3c8521a0219af8d03e30e2b3bf19bd16150ee0eaf133d66e"),
      (
        [UInt8](repeating: 0x61, count: 1_000_000),
        "fadae6b49f129bbb812be8407b7b2894f34aecf6dbd1f9b0f0c7e9853098fc96"
      ),
    ]
    return answers.map { KnownAnswer(input: $0.0, output: bytes(hexadecimal: $0.1)) }
  }

  private static func bytes(hexadecimal text: StaticString) -> [UInt8] {
    let digits = "\(text)".utf8.map { $0 < 0x60 ? $0 &- 0x30 : $0 &- 0x57 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
