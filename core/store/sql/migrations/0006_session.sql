-- How people come in: passwords, second factors, sessions; and how often somebody tried.

-- Room for people whom somebody else vouches for (OpenID Connect): who does, and what he calls them.
ALTER TABLE account ADD COLUMN issuer text, ADD COLUMN subject text,
	ADD CHECK ((issuer IS NULL) = (subject IS NULL));
CREATE UNIQUE INDEX account_subject ON account (issuer, subject) WHERE subject IS NOT NULL;

-- An argon2id hash of the password, keyed with the sealing key. Accounts without a row have none.
CREATE TABLE password (
	account bigint PRIMARY KEY REFERENCES account (id),
	changed_at timestamptz NOT NULL DEFAULT now(),
	demo boolean NOT NULL DEFAULT false,
	hash text NOT NULL
);

-- The second factor: its secret, sealed; a code counts for one step of 30 s, later than the last.
CREATE TABLE totp (
	account bigint PRIMARY KEY REFERENCES account (id),
	made_at timestamptz NOT NULL DEFAULT now(),
	last_step bigint NOT NULL DEFAULT 0,
	sealed bytea NOT NULL
);

-- A session is a token that a cookie carries and that time ends: revoked like all of them, checked like
-- all of them in the transaction that acts. proved_at: when a password was last typed for it; strong: with
-- the second factor.
CREATE TABLE session (
	token bigint PRIMARY KEY REFERENCES token (id) ON DELETE CASCADE,
	account bigint NOT NULL REFERENCES account (id),
	seen_at timestamptz NOT NULL DEFAULT now(),
	proved_at timestamptz NOT NULL DEFAULT now(),
	strong boolean NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX session_account ON session (account);

-- Until when the tries of somebody (the blind index of a name or of an address) fill the time that
-- each of them is given; further than a measure ahead of now, no more are taken.
CREATE TABLE login_attempt (
	who uuid PRIMARY KEY,
	until timestamptz NOT NULL
);
CREATE INDEX login_attempt_until ON login_attempt (until);
