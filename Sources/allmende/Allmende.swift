internal import ArgumentParser

/// The command line: everything a municipality, a coordination office, an auditor or an operator does with the server.
@main
struct Allmende: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allmende",
        abstract: "Shared applications of municipalities: who owns them, who pays what, and the proof of it.",
        discussion: """
            Where to connect stands in --server, --ca, --certificate and --key, or in ALLMENDE_SERVER, ALLMENDE_CA, \
            ALLMENDE_CERTIFICATE and ALLMENDE_KEY.
            Exit codes: 0 done, 1 refused or failed, 64 wrong use.
            """,
        subcommands: [
            PartyCommands.self,
            KeyFigureCommands.self,
            CredentialCommands.self,
            ConsortiumCommands.self,
            DecisionCommands.self,
            AppCommands.self,
            AgreementCommands.self,
            MetricCommands.self,
            UsageCommands.self,
            CostCommands.self,
            PeriodCommands.self,
            SettlementCommands.self,
            MarketCommands.self,
            CentreCommands.self,
            RegisterCommands.self,
            ExportCommands.self,
            VerifyCommand.self,
            AuditCommands.self,
            AdminCommands.self,
            MandateCommands.self,
        ])
}
