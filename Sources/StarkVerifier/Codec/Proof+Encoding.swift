import Algebra
import Hashing

/// Version of the proof codec; part of every proof and of every key's pre-hash.
public let proofCodecVersion: UInt32 = 3

extension Proof {
  /// The proof's bytes (chapter 10, section 7.3). Lists whose length the format leaves to the context must have the
  /// length that section 7.2 gives; every proof that was made or decoded by this package has.
  @_specialize(where H == InnerConfiguration)
  public func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.word(proofCodecVersion)
    writer.digest(commonMainCommit, H.self)
    encodeTraceData(into: &writer)
    gkr.encode(into: &writer)
    batch.encode(into: &writer)
    stacking.encode(into: &writer)
    whir.encode(into: &writer)
    return writer.bytes
  }

  private func encodeTraceData(into writer: inout ByteWriter) {
    writer.size(traceData.count)
    for start in stride(from: 0, to: traceData.count, by: 8) {
      var bits: UInt8 = 0
      for (bit, trace) in traceData[start..<Swift.min(start + 8, traceData.count)].enumerated() where trace != nil {
        bits |= 1 << bit
      }
      writer.byte(bits)
    }
    for trace in traceData {
      guard let trace else { continue }
      writer.size(trace.logHeight)
      writer.size(trace.cachedCommits.count)
      writer.digests(trace.cachedCommits, H.self)
    }
    writer.size(publicValues.count)
    for values in publicValues {
      writer.size(values.count)
      writer.elements(values)
    }
  }
}

extension GKRProof {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.element(logupPowWitness)
    writer.ext(q0Claim)
    writer.size(claimsPerLayer.count)
    for claims in claimsPerLayer {
      writer.ext(claims.p0)
      writer.ext(claims.p1)
      writer.ext(claims.q0)
      writer.ext(claims.q1)
    }
    for round in sumcheckPolys {
      for polynomial in round {
        writer.ext(polynomial.at1)
        writer.ext(polynomial.at2)
        writer.ext(polynomial.at3)
      }
    }
  }
}

extension BatchConstraintProof {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.list(numeratorTerms)
    writer.exts(denominatorTerms)
    writer.list(univariateCoefficients)
    writer.size(roundPolys.count)
    if let first = roundPolys.first { writer.size(first.count) }
    for polynomial in roundPolys { writer.exts(polynomial) }
    for parts in columnOpenings {
      writer.size(parts.count)
      for part in parts { writer.list(part) }
    }
  }
}

extension StackingProof {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.list(univariateCoefficients)
    writer.size(roundPolys.count)
    for polynomial in roundPolys {
      writer.ext(polynomial.at1)
      writer.ext(polynomial.at2)
    }
    writer.size(openings.count)
    for columns in openings { writer.list(columns) }
  }
}

extension WHIRProof {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.element(muPowWitness)
    writer.size(sumcheckPolys.count)
    for polynomial in sumcheckPolys {
      writer.ext(polynomial.at1)
      writer.ext(polynomial.at2)
    }
    writer.size(codewordCommits.count)
    writer.digests(codewordCommits, H.self)
    writer.exts(oodValues)
    writer.elements(foldingPowWitnesses)
    writer.elements(queryPhasePowWitnesses)
    encodeInitialOpenings(into: &writer)
    encodeCodewordOpenings(into: &writer)
    writer.list(finalPoly)
  }

  private func encodeInitialOpenings(into writer: inout ByteWriter) {
    writer.size(initialOpenings.count)
    writer.size(initialQueryCount)
    guard initialQueryCount > 0 else { return }
    writer.size(initialDepth)
    for opening in initialOpenings { writer.size(opening.width) }
    for opening in initialOpenings { writer.elements(opening.rows) }
    for opening in initialOpenings { writer.digests(opening.paths, H.self) }
  }

  private func encodeCodewordOpenings(into writer: inout ByteWriter) {
    for opening in codewordOpenings {
      writer.size(opening.queryCount)
      writer.exts(opening.values)
    }
    writer.size(laterDepth)
    for opening in codewordOpenings { writer.digests(opening.paths, H.self) }
  }
}
