#if os(Linux)
  import Foundation
  import Testing

  /// How waiting threads are configured, and what happens if oneDNN isn't installed.
  @Suite struct ProgramOpenMPTests {
    struct Waiting: Sendable {
      var environment: [String: String?]
      var spinCount: String
    }

    /// libgomp prints the settings it starts with.
    @Test(arguments: [
      Waiting(environment: [:], spinCount: "1000"),
      Waiting(environment: ["OMP_NUM_THREADS": "2"], spinCount: "1000"),
      Waiting(environment: ["OMP_WAIT_POLICY": "passive"], spinCount: "0"),
      Waiting(environment: ["OMP_WAIT_POLICY": "active"], spinCount: "30000000000"),
      Waiting(environment: ["GOMP_SPINCOUNT": "7"], spinCount: "7"),
    ])
    func spinsBriefly(_ waiting: Waiting) throws {
      var environment = waiting.environment
      environment["OMP_DISPLAY_ENV"] = "verbose"
      let result = try alexnet(["engines"], environment: environment)
      let line = result.errors.split(separator: "\n").first { $0.contains("GOMP_SPINCOUNT") }
      #expect(line?.hasSuffix("= '\(waiting.spinCount)'") == true, "\(result)")
    }

    /// Starting the prompt doesn't load a large library that may never be used.
    @Test func loadsOneDNNOnlyWhenNeeded() throws {
      let result = try alexnet(["version"], environment: ["OMP_DISPLAY_ENV": "true"])
      #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
    }

    @Test func runsWithoutOneDNN() throws {
      let folder = try TemporaryFolder()
      // These are found before the real library, but aren't libraries.
      for version in ["2", "3"] { try folder.write("", to: "libdnnl.so.\(version)") }
      let environment = ["LD_LIBRARY_PATH": folder.path]
      let engines = try alexnet(["engines"], environment: environment)
      #expect(engines.status == 0 && engines.output.contains("not installed"), "\(engines)")
      let forward = ["forward", "--network", "cuda-convnet-26", "--engine"]
      let fast = try alexnet(forward + ["onednn"], environment: environment)
      #expect(fast.status == 1 && fast.errors.contains("isn't installed"), "\(fast)")
      let reference = try alexnet(forward + ["reference"], environment: environment)
      #expect(reference.status == 0, "\(reference)")
    }
  }
#endif
