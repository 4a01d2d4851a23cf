import AIR
import Algebra
import CKernels
import Hashing
import StarkVerifier

/// The batched sumcheck of constraints and of the fraction tree's input layer (chapter 10, section 6.4).
struct ZerocheckProver<H: HashConfiguration> {
  let traces: [ProverTrace]
  let domain: SkipDomain
  /// `d`, the batching degree.
  let degree: Int
  let beta: Ext4
  let workers: Workers

  private var logSkip: Int { domain.log }

  /// `xi` is the point of the fraction tree, `logLeaves` variables of it (0 without interactions).
  /// Returns the proof and the point `r`: the skip coordinate, then the cube's.
  func prove(
    xi fractionPoint: [Ext4], transcript: inout H.Transcript
  ) throws(ProverError) -> (proof: BatchConstraintProof, point: [Ext4]) {
    let maxVariables = traces[0].cubeVariables
    let fractionVariables = Swift.max(fractionPoint.count - logSkip, 0)
    var xi = fractionPoint
    while xi.count < logSkip + Swift.max(maxVariables, fractionVariables) { xi.append(transcript.sampleExt()) }
    let lambda = transcript.sampleExt()

    let terms = traces.map { TraceTerms($0, xi: xi, fractionPoint: fractionPoint, logSkip: logSkip, beta: beta) }
    let cubes = CubeWeights(xi: Array(xi[logSkip...]), variables: Set(traces.map(\.cubeVariables)), workers: workers)
    let skip = zip(traces, terms).map { trace, terms in
      univariateTerms(trace, terms, lambda: lambda, eq: cubes)
    }

    // Sum claims: the fraction terms' values on D against eq of the skip coordinates.
    let skipEq = ExtArray.eqTable(xi[..<logSkip], workers: Workers(1)).elements
    func sumOverDomain(_ values: [Ext4]) -> Ext4 { zip(values, skipEq).reduce(.zero) { $0 + $1.0 * $1.1 } }
    let numerators = skip.map { sumOverDomain($0.numeratorsOnDomain) }
    let denominators = skip.map { sumOverDomain($0.denominatorsOnDomain) }
    for (numerator, denominator) in zip(numerators, denominators) {
      transcript.observe(numerator)
      transcript.observe(denominator)
    }
    let mu = transcript.sampleExt()
    let batching = Batching(mu: mu, count: traces.count)

    let s0 = univariateRound(skip, skipEq: skipEq, xi0: xi.first, batching: batching)
    for coefficient in s0 { transcript.observe(coefficient) }
    let r0 = transcript.sampleExt()

    let eqAtR0 = logSkip == 0 ? Ext4.one : evaluate(domain.lagrangeKernel(at: xi[0]), at: r0)
    let skipEqAtR0 = zip(skipEq, domain.lagrangeWeights(at: r0)).reduce(Ext4.zero) { $0 + $1.0 * $1.1 }
    var cube = CubeSumcheck<H>(
      traces: traces, terms: terms, lambda: lambda, batching: batching, constraintFactor: eqAtR0,
      fractionFactor: skipEqAtR0, xi: Array(xi[logSkip...]), degree: degree, domain: domain, r0: r0, workers: workers)
    let rounds = try cube.run(claim: evaluate(s0, at: r0), cubes: cubes, transcript: &transcript)

    let openings = cube.openings()
    observe(openings, &transcript)
    let proof = BatchConstraintProof(
      numeratorTerms: numerators, denominatorTerms: denominators, univariateCoefficients: s0,
      roundPolys: rounds.polys, columnOpenings: openings)
    return (proof, [r0] + rounds.point)
  }

  /// Common main of all traces first, then the other parts. Without rotation a zero stands for the rotated value.
  private func observe(_ openings: [[[Ext4]]], _ transcript: inout H.Transcript) {
    func observe(_ part: [Ext4], _ trace: ProverTrace) {
      for value in part {
        transcript.observe(value)
        if !trace.needsRotation { transcript.observe(Ext4.zero) }
      }
    }
    for (trace, parts) in zip(traces, openings) { observe(parts[0], trace) }
    for (trace, parts) in zip(traces, openings) {
      for part in parts.dropFirst() { observe(part, trace) }
    }
  }

  /// One trace's contribution to the univariate round, summed over the cube.
  private struct UnivariateTerms {
    var numeratorsOnDomain: [Ext4]
    var denominatorsOnDomain: [Ext4]
    var numerator: [Ext4]
    var denominator: [Ext4]
    /// Zero on `D`.
    var constraints: [Ext4]
  }

  private func univariateTerms(
    _ trace: ProverTrace, _ terms: TraceTerms, lambda: Ext4, eq cubes: CubeWeights
  ) -> UnivariateTerms {
    let zeros = [Ext4](repeating: .zero, count: domain.size)
    var result = UnivariateTerms(
      numeratorsOnDomain: zeros, denominatorsOnDomain: zeros, numerator: [], denominator: [], constraints: [])
    if !trace.interactions.isEmpty {
      let exponents = Array(0..<Swift.max(trace.interactionDegree, 1))
      let evaluation = CosetEvaluation(domain: domain, exponents: exponents)
      let (outputs, weights) = terms.fractionOutputs(numeratorScale: .one, denominatorScale: .one, accumulators: (0, 1))
      let program = DAGProgram(
        dag: trace.dag, columns: trace.numbering, publicValues: trace.publicValues, outputs: outputs,
        accumulatorCount: 2)
      var sums = evaluation.sums(
        program, weights: weights, trace: trace,
        eq: cubes.padded(trace.cubeVariables, multipleOf: evaluation.chunksPerBlock), workers: workers)
      for coset in sums[1].indices {
        for z in sums[1][coset].indices { sums[1][coset][z] += terms.denominatorConstant }
      }
      result.numeratorsOnDomain = sums[0][0]
      result.denominatorsOnDomain = sums[1][0]
      result.numerator = domain.interpolate(cosets: sums[0], exponents: exponents)
      result.denominator = domain.interpolate(cosets: sums[1], exponents: exponents)
    }
    if trace.constraintDegree > 1 {
      result.constraints = constraintPolynomial(trace, lambda: lambda, eq: cubes)
    }
    return result
  }

  /// The constraints' combination vanishes on `D`, hence is a multiple of `Z^N - 1`, and one coset less will do.
  private func constraintPolynomial(_ trace: ProverTrace, lambda: Ext4, eq cubes: CubeWeights) -> [Ext4] {
    let exponents = Array(1..<trace.constraintDegree)
    let evaluation = CosetEvaluation(domain: domain, exponents: exponents)
    let (outputs, weights) = TraceTerms.constraintOutputs(trace, lambda: lambda, scale: .one)
    let program = DAGProgram(
      dag: trace.dag, columns: trace.numbering, publicValues: trace.publicValues, outputs: outputs,
      accumulatorCount: 1)
    let sums = evaluation.sums(
      program, weights: weights, trace: trace,
      eq: cubes.padded(trace.cubeVariables, multipleOf: evaluation.chunksPerBlock), workers: workers)
    let quotients = zip(sums[0], exponents).map { values, exponent in
      let vanishing = BabyBear.generator.power(UInt64(exponent)).squared(times: logSkip) - .one
      let inverse = vanishing.inverse
      return values.map { $0 * inverse }
    }
    let quotient = domain.interpolate(cosets: quotients, exponents: exponents)
    var product = [Ext4](repeating: .zero, count: domain.size) + quotient
    for (i, c) in quotient.enumerated() { product[i] -= c }
    return product
  }

  /// `s_0`, `(d + 1)(N - 1) + 1` coefficients.
  private func univariateRound(
    _ skip: [UnivariateTerms], skipEq: [Ext4], xi0: Ext4?, batching: Batching
  ) -> [Ext4] {
    var fractions: [Ext4] = []
    var constraints: [Ext4] = []
    for (t, terms) in skip.enumerated() {
      add(terms.numerator, times: batching.numerator(t), to: &fractions)
      add(terms.denominator, times: batching.denominator(t), to: &fractions)
      add(terms.constraints, times: batching.constraints(t), to: &constraints)
    }
    var sum = multiply(domain.interpolate(skipEq), fractions)
    let kernel = logSkip == 0 ? [Ext4.one] : domain.lagrangeKernel(at: xi0 ?? .zero)
    add(multiply(kernel, constraints), times: .one, to: &sum)
    let count = (degree + 1) * (domain.size - 1) + 1
    // Higher coefficients vanish: interpolation only had room to spare.
    return Array(sum.prefix(count)) + [Ext4](repeating: .zero, count: Swift.max(count - sum.count, 0))
  }
}

/// Powers of the batching challenge (chapter 10, section 6.4.3).
struct Batching {
  private let powers: [Ext4]
  private let count: Int

  init(mu: Ext4, count: Int) {
    var powers = [Ext4.one]
    for _ in 1..<3 * count { powers.append(powers[powers.count - 1] * mu) }
    self.powers = powers
    self.count = count
  }

  func numerator(_ t: Int) -> Ext4 { powers[2 * t] }
  func denominator(_ t: Int) -> Ext4 { powers[2 * t + 1] }
  func constraints(_ t: Int) -> Ext4 { powers[2 * count + t] }
}

/// eq tables of the cube coordinates, one for each number of variables that occurs.
final class CubeWeights {
  private var tables: [Int: ExtArray] = [:]

  init(xi: [Ext4], variables: Set<Int>, workers: Workers) {
    for count in variables { tables[count] = ExtArray.eqTable(xi.prefix(count), workers: workers) }
  }

  /// The table for `variables` coordinates.
  func table(_ variables: Int) -> ExtArray { tables[variables]! }

  /// The same with zeros up to a multiple of `block`.
  func padded(_ variables: Int, multipleOf block: Int) -> ExtArray {
    let table = table(variables)
    guard table.count % block != 0 else { return table }
    let result = ExtArray(count: (table.count + block - 1) / block * block)
    for i in 0..<table.count { result[i] = table[i] }
    return result
  }
}

/// How one trace's interactions and constraints are weighted.
struct TraceTerms {
  let trace: ProverTrace
  private let beta: Ext4
  /// `w(T, s)` of chapter 10, section 6.4.1.
  private let interactionWeights: [Ext4]

  init(_ trace: ProverTrace, xi: [Ext4], fractionPoint: [Ext4], logSkip: Int, beta: Ext4) {
    self.trace = trace
    self.beta = beta
    interactionWeights = trace.leafOffsets.map { offset in
      var weight = Ext4.one
      for (bit, x) in fractionPoint.dropFirst(trace.logLiftedHeight).enumerated() {
        let isSet = offset >> (trace.logLiftedHeight + bit) & 1 == 1
        weight *= isSet ? x : Ext4.one - x
      }
      return weight
    }
  }

  /// The part of the denominators that is the same in every row: the bus terms.
  var denominatorConstant: Ext4 {
    zip(trace.interactions, interactionWeights).reduce(.zero) {
      $0 + $1.1 * $1.0.denominatorTerms(beta: beta).constant
    }
  }

  /// Accumulates counts and message fields. A node that several interactions use gets one merged weight.
  func fractionOutputs(
    numeratorScale: Ext4, denominatorScale: Ext4, accumulators: (Int, Int)
  ) -> ([ProgramOutput], [Ext4]) {
    var merged = OutputMerger()
    for (interaction, weight) in zip(trace.interactions, interactionWeights) {
      merged.add(
        interaction.count, accumulators.0, weight * numeratorScale * trace.repetitionInverse)
      for field in interaction.denominatorTerms(beta: beta).fields {
        merged.add(field.node, accumulators.1, weight * field.weight * denominatorScale)
      }
    }
    return merged.result
  }

  /// Accumulates `scale lambda^i C_i` into accumulator 0.
  static func constraintOutputs(_ trace: ProverTrace, lambda: Ext4, scale: Ext4) -> ([ProgramOutput], [Ext4]) {
    var merged = OutputMerger()
    var power = scale
    for node in trace.dag.constraints {
      merged.add(node, 0, power)
      power *= lambda
    }
    return merged.result
  }
}

/// Collects weighted outputs, one for each node and accumulator, in order of first use.
private struct OutputMerger {
  private struct Target: Hashable {
    let node: Int
    let accumulator: Int
  }

  private var index: [Target: Int] = [:]
  private var outputs: [ProgramOutput] = []
  private var weights: [Ext4] = []

  mutating func add(_ node: Int, _ accumulator: Int, _ weight: Ext4) {
    let target = Target(node: node, accumulator: accumulator)
    if let place = index[target] {
      weights[place] += weight
    } else {
      index[target] = weights.count
      outputs.append(.accumulate(node: node, accumulator: accumulator, weight: weights.count))
      weights.append(weight)
    }
  }

  var result: ([ProgramOutput], [Ext4]) { (outputs, weights) }
}
