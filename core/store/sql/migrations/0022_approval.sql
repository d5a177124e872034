-- Four eyes: what was put in force, one after the other, and who has approved which content.

CREATE TABLE publication (
	event text NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	version bytea NOT NULL REFERENCES version (hash),
	PRIMARY KEY (event, at)
);

CREATE TABLE approval (
	version bytea NOT NULL REFERENCES version (hash),
	account bigint NOT NULL REFERENCES account (id),
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (version, account)
);
