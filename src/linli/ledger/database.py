"""What the database itself does and refuses in the ledger. Kept apart from the tables so that it can be read in one go."""

TRANSFER = """
CREATE FUNCTION ledger_transfer(
    p_id uuid, p_book uuid, p_kind text, p_reason text, p_of uuid, p_rests_on uuid, p_accounts uuid[], p_amounts bigint[],
    p_due timestamptz, p_made_by text, p_on_behalf_of uuid, p_at timestamptz, p_digest bytea
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    book ledger_book%ROWTYPE;
    before ledger_transfer%ROWTYPE;
    account ledger_account%ROWTYPE;
    leg record;
    total numeric := 0;
    balances bigint[] := '{}';
    numbers bigint[] := '{}';
BEGIN
    SELECT * INTO book FROM ledger_book WHERE id = p_book;
    IF NOT FOUND THEN RETURN 'no_book'; END IF;
    IF book.closed_at IS NOT NULL THEN RETURN 'book_closed'; END IF;
    IF p_kind IN ('post', 'void', 'reversal') THEN
        SELECT * INTO before FROM ledger_transfer WHERE id = p_of AND book_id = p_book;
        IF NOT FOUND THEN RETURN 'no_such_transfer'; END IF;
        IF p_kind = 'reversal' AND before.kind NOT IN ('direct', 'post') THEN RETURN 'not_reversible'; END IF;
        IF p_kind <> 'reversal' AND before.kind <> 'pending' THEN RETURN 'not_pending'; END IF;
        p_accounts := before.accounts;
        p_amounts := before.amounts;
        IF p_kind = 'reversal' THEN
            FOR i IN 1 .. cardinality(p_amounts) LOOP p_amounts[i] := -p_amounts[i]; END LOOP;
        END IF;
    END IF;

    INSERT INTO ledger_transfer (id, book_id, community_id, kind, reason, of_id, rests_on, accounts, amounts, due_at, made_by, on_behalf_of, at, digest)
    VALUES (p_id, p_book, book.community_id, p_kind, p_reason, p_of, p_rests_on, p_accounts, p_amounts, p_due, p_made_by, p_on_behalf_of, p_at, p_digest)
    ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
        PERFORM 1 FROM ledger_transfer WHERE id = p_id AND digest = p_digest;
        RETURN CASE WHEN FOUND THEN 'replayed' ELSE 'id_reused' END;
    END IF;
    IF p_kind = 'post' AND before.due_at <= p_at THEN
        RAISE EXCEPTION 'ledger_promise_expired' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_promise_expired';
    END IF;

    -- In the order of their ids, so that two transfers never wait for each other. One row at a time by its key: a join would be planned once,
    -- for tables as small as they were then. The source is not touched: it has no limit, and its balance is what the others' sum says.
    FOR leg IN SELECT u.account_id, u.amount, u.i FROM unnest(p_accounts, p_amounts) WITH ORDINALITY AS u (account_id, amount, i) ORDER BY 1 LOOP
        total := total + leg.amount;
        IF p_kind IN ('pending', 'void') THEN
            UPDATE ledger_account SET held = held + CASE WHEN leg.amount > 0 THEN 0 WHEN p_kind = 'pending' THEN -leg.amount ELSE leg.amount END
            WHERE id = leg.account_id AND book_id = p_book AND NOT is_source AND (closed_at IS NULL OR p_kind = 'void');
        ELSE
            UPDATE ledger_account SET balance = balance + leg.amount, n_entries = n_entries + 1,
                held = held - CASE WHEN p_kind = 'post' AND leg.amount < 0 THEN -leg.amount ELSE 0 END
            WHERE id = leg.account_id AND book_id = p_book AND NOT is_source AND (closed_at IS NULL OR p_kind = 'reversal')
            RETURNING * INTO account;
        END IF;
        IF FOUND THEN
            balances[leg.i] := account.balance;
            numbers[leg.i] := account.n_entries;
        ELSE
            PERFORM 1 FROM ledger_account WHERE id = leg.account_id AND book_id = p_book AND is_source;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'ledger_account_open' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_account_open';
            END IF;
            balances[leg.i] := NULL;
            numbers[leg.i] := NULL;
        END IF;
    END LOOP;
    IF total <> 0 THEN
        RAISE EXCEPTION 'ledger_legs_whole' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_legs_whole';
    END IF;
    IF p_kind IN ('direct', 'post', 'reversal') THEN
        INSERT INTO ledger_entry (transfer_id, account_id, community_id, amount, number, balance)
        SELECT p_id, u.account_id, book.community_id, u.amount, u.number, u.balance
        FROM unnest(p_accounts, p_amounts, numbers, balances) AS u (account_id, amount, number, balance);
    END IF;
    RETURN 'done';
END $$;
REVOKE ALL ON FUNCTION ledger_transfer(uuid, uuid, text, text, uuid, uuid, uuid[], bigint[], timestamptz, text, uuid, timestamptz, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_transfer(uuid, uuid, text, text, uuid, uuid, uuid[], bigint[], timestamptz, text, uuid, timestamptz, bytea) TO linli_app;
"""
NO_TRANSFER = "DROP FUNCTION ledger_transfer(uuid, uuid, text, text, uuid, uuid, uuid[], bigint[], timestamptz, text, uuid, timestamptz, bytea);"

# Whoever writes entries, by whatever way: those of a transfer sum to zero, and a transfer says what its entries say.
SUM = """
CREATE FUNCTION ledger_sums_to_zero() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added GROUP BY transfer_id HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'ledger_sums_to_zero' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_sums_to_zero';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_sums_to_zero AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_sums_to_zero();
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_legs_whole CHECK (
    cardinality(accounts) BETWEEN 2 AND 1000 AND cardinality(accounts) = cardinality(amounts) AND NOT (0 = ANY (amounts))
);
"""
NO_SUM = """
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_legs_whole;
DROP TRIGGER ledger_sums_to_zero ON ledger_entry; DROP FUNCTION ledger_sums_to_zero();
"""

# An account begins empty, whatever is said; afterwards only ledger_transfer() changes what it holds.
BEGIN = """
CREATE FUNCTION ledger_begin_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.balance := 0; NEW.held := 0; NEW.n_entries := 0; RETURN NEW; END $$;
CREATE TRIGGER ledger_begin_empty BEFORE INSERT ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_begin_empty();
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_transfer, ledger_entry FROM linli_app, linli_sealer;
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_account, ledger_book FROM linli_app, linli_sealer;
GRANT UPDATE (closed_at) ON ledger_account, ledger_book TO linli_app;
"""
NO_BEGIN = "DROP TRIGGER ledger_begin_empty ON ledger_account; DROP FUNCTION ledger_begin_empty();"
