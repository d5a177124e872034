-- People for whom an OpenID provider vouches.

-- Room that was kept for it on the account: one person may come in by several providers.
DROP INDEX account_subject;
ALTER TABLE account DROP COLUMN issuer, DROP COLUMN subject;

-- A blind index of the provider's issuer and of what he calls the person, and whose account that is.
CREATE TABLE identity (
	subject uuid PRIMARY KEY,
	account bigint NOT NULL REFERENCES account (id),
	provider text NOT NULL,
	made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX identity_account ON identity (account);

-- Nobody comes in by a closed account, whoever vouches for him.
ALTER TABLE account ADD COLUMN closed_at timestamptz;

-- A login at a provider counts once (the hash of its state); older ones are refused for their age.
CREATE TABLE handshake (
	mark uuid PRIMARY KEY,
	used_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX handshake_used ON handshake (used_at);

-- By which provider a session was begun; NULL: by a password.
ALTER TABLE session ADD COLUMN provider text;
