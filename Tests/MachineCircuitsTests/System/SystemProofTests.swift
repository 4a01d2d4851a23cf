import AIR
import Algebra
import Hashing
import Machine
import StarkProver
import StarkVerifier
import Testing

@testable import MachineCircuits

/// The system AIRs and one chip through the whole proof system.
@Suite struct SystemProofTests {
  static let airs: [any AIR] = [
    ProgramAIR(), ConnectorAIR(), PersistentBoundaryAIR(), MemoryMerkleAIR(), AddImmediateAIR(), HintStoreAIR(),
    RefreshAIR(), PhantomAIR(), Poseidon2AIR(.compressions(MachineBus.compression)), BitwiseAIR(), VariableRangeAIR(),
  ]

  static func traces(_ world: SystemWorld) -> [AIRTrace] {
    let instances = world.instances()
    return airs.enumerated().compactMap { id, air in
      instances.first { $0.air.name == air.name }.map {
        AIRTrace(airID: id, cachedMains: $0.cachedMains, commonMain: $0.commonMain, publicValues: $0.publicValues)
      }
    }
  }

  @Test func smallSegmentsAreProven() throws {
    let parameters = SystemParameters.test(lSkip: 4, nStack: 14, k: 4, queries: [8, 4, 3, 2])
    let key = try ProvingKey<InnerConfiguration>.generate(airs: Self.airs, parameters: parameters, workers: Workers(2))
    let prover = Prover(key: key, workers: Workers(2))
    let verifier = Verifier(key: key.verifyingKey, parameters: parameters)
    for world in [SmallWorlds.complete, SmallWorlds.untouched] {
      try verifier.verify(try prover.prove(Self.traces(world)))
    }
    // The historic break below the leaves, with the real key.
    let forged = MemoryMerkleTests.belowLeaves(endsWithHeight1: true)
    #expect(throws: (any Error).self) { try verifier.verify(try prover.prove(Self.traces(forged))) }
  }
}
