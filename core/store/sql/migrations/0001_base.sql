-- The tables of the base.
--
-- Rules that hold for every table of an application (a test reads them from the catalogue):
--   * the division leads every primary, unique and foreign key, so that a distributed PostgreSQL
--     can spread the rows by it; no trigger, no sequence with a meaning, no foreign key across;
--   * ids rise with time (made in C: milliseconds << 22 | slot << 12 | sequence) and the large
--     tables are partitioned by them, one partition a month, so that indexes with random keys stay
--     small and the past can leave by partition. The default partition is to stay empty.
-- Rows of one application are written in one transaction by one writer whose fencing number stands
-- in progress; foreign keys between them would cost a look-up and a row lock for every row and are
-- left out; `verify` counts orphans instead.
-- Everything that speaks of a person arrives sealed (bytea). Sealed bytes do not compress: storage
-- EXTERNAL, and rows stay in one piece up to 8 kB.

CREATE TABLE setting (
	name text PRIMARY KEY,
	value text NOT NULL
);

CREATE TABLE version (
	hash bytea PRIMARY KEY CHECK (length(hash) = 32),
	event text NOT NULL,
	declared text NOT NULL,
	stored_at timestamptz NOT NULL DEFAULT now()
);

-- One row for each life of a node. Every connection of that life holds the shared advisory lock
-- (1498172238, incarnation); a life without any such lock has ended.
CREATE TABLE node (
	incarnation integer PRIMARY KEY,
	name text NOT NULL,
	slot smallint NOT NULL CHECK (slot BETWEEN 0 AND 1023),
	started_at timestamptz NOT NULL DEFAULT now(),
	missing_since timestamptz,
	ended_at timestamptz
);
CREATE UNIQUE INDEX node_slot ON node (slot) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX node_name ON node (name) WHERE ended_at IS NULL;

CREATE TABLE account (
	id bigint PRIMARY KEY,
	name text NOT NULL UNIQUE,
	role text NOT NULL,
	department text NOT NULL DEFAULT '',
	divisions integer[] NOT NULL DEFAULT '{}',
	person uuid,
	sealed bytea NOT NULL,
	demo boolean NOT NULL DEFAULT false
);
CREATE INDEX account_person ON account (person);

CREATE TABLE token (
	id bigint PRIMARY KEY,
	hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
	account bigint NOT NULL REFERENCES account (id),
	demo boolean NOT NULL DEFAULT false,
	made_at timestamptz NOT NULL DEFAULT now(),
	revoked_at timestamptz
);
CREATE INDEX token_account ON token (account);

-- Where operations go. The three texts are fixed before the first send of any operation that names
-- them; a changed URL makes a new row.
CREATE TABLE endpoint (
	id integer PRIMARY KEY,
	department text NOT NULL,
	call text NOT NULL,
	url text NOT NULL,
	UNIQUE (department, call, url)
);

-- What was filed; never changed.
CREATE TABLE application (
	id bigint NOT NULL,
	account bigint NOT NULL,
	filed_by bigint,
	submitted_at timestamptz NOT NULL,
	person uuid NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	number text NOT NULL,
	event text NOT NULL,
	version bytea NOT NULL CHECK (length(version) = 32),
	plan text NOT NULL,
	sealed bytea NOT NULL,
	PRIMARY KEY (division, id)
) PARTITION BY RANGE (id);
ALTER TABLE application ALTER sealed SET STORAGE EXTERNAL;
-- The number is 130 random bits: eight bytes of it find the row.
CREATE INDEX application_number ON application (hashtextextended(number, 0));
CREATE INDEX application_account ON application (account, id);
CREATE INDEX application_filed_by ON application (filed_by, id) WHERE filed_by IS NOT NULL;
CREATE INDEX application_person ON application (person);

-- How far it has come: small and hot.
CREATE TABLE progress (
	id bigint NOT NULL,
	finished_at timestamptz,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	fence integer NOT NULL,
	node integer NOT NULL,
	history_count integer NOT NULL,
	status smallint NOT NULL,
	open boolean NOT NULL,
	history_hash bytea NOT NULL CHECK (length(history_hash) = 32),
	items bytea NOT NULL,
	PRIMARY KEY (division, id)
) PARTITION BY RANGE (id);
CREATE INDEX progress_open ON progress (node) WHERE open;

-- One row for each operation: the committed row is the record of sending.
CREATE TABLE operation (
	application bigint NOT NULL,
	created_at timestamptz NOT NULL,
	next_at timestamptz,
	acknowledged_at timestamptz,
	decided_at timestamptz,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	endpoint integer NOT NULL,
	attempts integer NOT NULL,
	item smallint NOT NULL,
	round smallint NOT NULL,
	state smallint NOT NULL,
	undo boolean NOT NULL,
	body bytea NOT NULL,
	outcome bytea,
	PRIMARY KEY (division, application, item, round, undo)
) PARTITION BY RANGE (application);
ALTER TABLE operation ALTER body SET STORAGE EXTERNAL, ALTER outcome SET STORAGE EXTERNAL;
-- A clerk's queue.
CREATE INDEX operation_endpoint ON operation (endpoint, division, application);

-- Canonical JSON lines, seq the number of the first; hash is the chain's after the last.
CREATE TABLE history (
	application bigint NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	seq integer NOT NULL,
	hash bytea NOT NULL CHECK (length(hash) = 32),
	entries text NOT NULL,
	PRIMARY KEY (division, application, seq)
) PARTITION BY RANGE (application);

-- Idempotency keys of callers. Partitioned by the application's id, so the primary key alone does
-- not see other months: an insert looks through all of them under an advisory lock of the key.
CREATE TABLE request_key (
	application bigint NOT NULL,
	account bigint NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	key_hash uuid NOT NULL,
	body_hash bytea NOT NULL CHECK (length(body_hash) = 32),
	answer bytea NOT NULL,
	PRIMARY KEY (division, account, key_hash, application)
) PARTITION BY RANGE (application);
ALTER TABLE request_key ALTER answer SET STORAGE EXTERNAL;

-- Departments' later answers: verified, committed here first, applied by the node that owns the
-- application.
CREATE TABLE inbox (
	id bigint NOT NULL,
	application bigint NOT NULL,
	arrived_at timestamptz NOT NULL,
	applied boolean NOT NULL DEFAULT false,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	department text NOT NULL,
	key text NOT NULL,
	body bytea NOT NULL,
	PRIMARY KEY (division, id)
) PARTITION BY RANGE (id);
ALTER TABLE inbox ALTER body SET STORAGE EXTERNAL;
CREATE INDEX inbox_open ON inbox (division, application) WHERE NOT applied;

-- Statistics as sums. Each writer (a connection of a node) has rows of its own, so that writers
-- never wait for each other; a figure is the sum over writers.
CREATE TABLE counter (
	value bigint NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	day integer NOT NULL,
	writer integer NOT NULL,
	event text NOT NULL,
	department text NOT NULL,
	measure text NOT NULL,
	PRIMARY KEY (division, day, event, department, measure, writer)
) WITH (fillfactor = 50);

-- Who read whose data: committed before it is shown, never changed.
CREATE TABLE access (
	id bigint NOT NULL,
	application bigint NOT NULL,
	account bigint NOT NULL,
	at timestamptz NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	fields text NOT NULL,
	why text NOT NULL,
	PRIMARY KEY (division, id)
) PARTITION BY RANGE (id);
CREATE INDEX access_application ON access (division, application);

-- A statement that did not touch the rows it had to touches none: the whole group is refused and
-- the program finds out which row it was.
CREATE FUNCTION yjs_guard(touched bigint, expected integer, what text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF touched <> expected THEN
		RAISE EXCEPTION '%: % of % rows', what, touched, expected USING ERRCODE = 'YJ001';
	END IF;
END
$$;
