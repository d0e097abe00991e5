import Testing

/// The rules on Swift files, held against the tree.
@Suite(.timeLimit(.minutes(5)))
struct SourceRulesTests {
    @Test func everyImportFollowsTheTableOfFloors() throws {
        let violations = try Tree.swiftFiles(below: "Sources").flatMap(ImportLaw.violations)
        #expect(violations.isEmpty, "\n\(violations.report)")
    }

    @Test func everyModuleHasARowInTheTableOfFloors() throws {
        let modules = Set(try Tree.swiftFiles(below: "Sources").compactMap(\.module)).union(["API"])
        #expect(modules.subtracting(ImportLaw.table.keys).isEmpty)
        #expect(Set(ImportLaw.table.keys).subtracting(modules).isEmpty, "a row without a module")
    }

    @Test func everyLibraryIsImportedByItsOneModule() throws {
        let files = try Tree.swiftFiles(below: "Sources")
        for (library, owner) in ImportLaw.libraries {
            let importers = Set(
                files.filter { file in
                    ImportLaw.imports(in: file).contains { $0.module == library }
                }.compactMap(\.module))
            #expect(importers == [owner], "\(library)")
        }
    }

    @Test func everyFunctionCanBeReadAtOnce() throws {
        let violations = try Tree.swiftFiles(below: "Sources", "Tests").flatMap(FunctionLengths.violations)
        #expect(violations.isEmpty, "\n\(violations.report)")
    }

    @Test func nothingBannedIsUsed() throws {
        let violations = try Tree.swiftFiles(below: "Sources", "Tests").flatMap(BannedCode.violations)
        #expect(violations.isEmpty, "\n\(violations.report)")
    }
}
