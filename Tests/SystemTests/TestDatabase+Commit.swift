import TestSupport

extension TestDatabase {
    /// Has PostgreSQL carry out a statement of PL/pgSQL, with the register's entry as NEW, inside every COMMIT that
    /// appends to a register from now on.
    ///
    /// A deferred trigger alone would come too early: sealing its rows, a change makes all triggers immediate.
    func duringCommit(_ statement: String) throws {
        try execute(
            """
            CREATE FUNCTION during_commit() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN \(statement); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER during_commit AFTER INSERT ON register_entry DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION during_commit();
            CREATE FUNCTION defer_again() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN SET CONSTRAINTS during_commit DEFERRED; RETURN NULL; END $$;
            CREATE TRIGGER defer_again BEFORE INSERT ON register_entry EXECUTE FUNCTION defer_again()
            """)
    }

    /// Ends what `duringCommit` began.
    func leaveCommitAlone() throws { try execute("DROP FUNCTION during_commit, defer_again CASCADE") }
}
