import StarkVerifier

/// The names under which the reference reports the same failures.
func referenceClass(_ error: VerifyError) -> String {
  switch error {
  case .airCount: "InvalidVDataLength"
  case .logHeightOutOfBounds: "LogHeightOutOfBounds"
  case .gkrShape: "InvalidGkrProofShape"
  case .batchShape: "InvalidBatchConstraintProofShape"
  case .logupPowWitness: "InvalidLogupPowWitness"
  case .rootDenominatorNotOne: "InvalidZeroRoundValue"
  case .rootDenominator: "RootConsistencyCheckFailed"
  case .rootNumeratorNotZero: "ZeroCheckFailed"
  case .layerConsistency: "LayerConsistencyCheckFailed"
  case .numeratorSum: "GkrNumeratorMismatch"
  case .denominatorSum: "GkrDenominatorMismatch"
  case .univariateSum: "SumClaimMismatch"
  case .batchClaim: "InconsistentClaims"
  case .stackingUnivariateSum: "S0Mismatch"
  case .stackingClaim: "FinalSumMismatch"
  case .muPowWitness: "MuPoWInvalid"
  case .foldingPowWitness: "FoldingPoWInvalid"
  case .queryPowWitness: "QueryPhasePoWInvalid"
  case .merklePath: "MerkleVerify"
  case .finalPolynomial: "FinalPolyConstraint"
  default: "\(error)"
  }
}
