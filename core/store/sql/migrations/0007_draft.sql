-- What people have typed and not yet filed. One draft for an account, an event and whom it is for (the
-- blind index of his identity number where an agent writes; all zeros: for himself). revision counts the
-- changes: who changes an older one was overtaken by another device. key_hash: of the Idempotency-Key
-- that was made with the draft; the application that is filed under it ends the draft.
CREATE TABLE draft (
	id bigint PRIMARY KEY,
	account bigint NOT NULL REFERENCES account (id),
	changed_at timestamptz NOT NULL,
	revision integer NOT NULL,
	event text NOT NULL,
	person uuid NOT NULL,
	key_hash uuid NOT NULL,
	sealed bytea NOT NULL,
	UNIQUE (account, event, person)
);
ALTER TABLE draft ALTER sealed SET STORAGE EXTERNAL;
CREATE INDEX draft_changed ON draft (changed_at);
CREATE INDEX draft_account ON draft (account, changed_at);

-- The papers that a draft names stay as long as it does.
CREATE TABLE draft_file (
	file bigint NOT NULL,
	draft bigint NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
	division integer NOT NULL,
	PRIMARY KEY (division, file, draft)
);
CREATE INDEX draft_file_draft ON draft_file (draft);

-- Before an application there is none that tells whose data are read: the blind index of his identity
-- number does.
ALTER TABLE access ADD COLUMN person uuid;
