import AIR
import Algebra
import Deferral
import Hashing
import MachineVerifier
import StarkProver
import StarkVerifier

/// Makes the key of a circuit from what a plugin says of it, or takes it from the cache.
struct CircuitKeying {
  let entry: DeferralEntry
  let circuit: PluginCircuit
  let options: RegistryOptions
  let shared: SharedPreprocessed

  func key(
    _ airBytes: [UInt8], session: any PluginSession, instance: PluginInstance, progress: (String) -> Void
  ) throws(RegistryError) -> DeferralProvingKey {
    let set: AIRSet
    do throws(AIRBytesError) { set = try AIRSet(decoding: airBytes) } catch {
      throw RegistryError(entry, .airBytes(error))
    }
    var preprocessed: [Int: FieldMatrix] = [:]
    do throws(PluginError) {
      for (number, described) in set.airs.enumerated() {
        guard let width = described.air.width.preprocessed else { continue }
        preprocessed[number] = shared.first(
          equalTo: try session.preprocessed(instance, air: number, columns: width, layout: TraceLayout()).matrix())
      }
    } catch { throw RegistryError(entry, .plugin(error)) }
    let parameters = try parameters()
    let deferral: DeferralCircuit
    do throws(DeferralCircuitError) {
      deferral = try DeferralCircuit(
        set: set, preprocessed: preprocessed, index: entry.index, logBatch: entry.logBatch, parameters: parameters)
    } catch { throw RegistryError(entry, .circuit(error)) }

    let address = KeyCache.Address(
      airBytes: airBytes, preprocessed: set.airs.indices.map { preprocessed[$0] }, index: entry.index,
      logBatch: entry.logBatch, parameters: Array("\(parameters)".utf8), proverVersion: options.host)
    let workers = Workers(options.threads)
    let known = shared.commitments(under: parameters)
    if let bytes = options.cache?.get(address), let verifying = try? VerifyingKey<InnerConfiguration>(decoding: bytes),
      let key = try? DeferralProvingKey(
        circuit: deferral, verifying: DeferralVerifyingKey(stark: verifying, logBatch: entry.logBatch),
        reusing: known, workers: workers)
    {
      shared.add(key.preprocessed)
      return key
    }
    progress("make the key of deferral \(entry.index), \(entry.circuit)")
    do {
      let key = try DeferralProvingKey.generate(deferral, reusing: known, workers: workers)
      shared.add(key.preprocessed)
      _ = options.cache?.put(address, key.stark.verifyingKey.encode())
      return key
    } catch { throw RegistryError(entry, .keygen(error)) }
  }

  private func parameters() throws(RegistryError) -> SystemParameters {
    do throws(ParameterError) {
      return options.usesTestParameters
        ? try .testApp(logStackedHeight: circuit.logStackedHeight)
        : try .app(logStackedHeight: circuit.logStackedHeight)
    } catch { throw RegistryError(entry, .parameters(error)) }
  }
}
