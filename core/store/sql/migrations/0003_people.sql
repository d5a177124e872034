-- What people do after filing: what they changed, what they ask for, what a second person is asked,
-- and what clerks must look at. Rules as in 0001.

-- What people changed later, in order: applied to what was filed when an application is loaded.
CREATE TABLE revision (
	application bigint NOT NULL,
	account bigint NOT NULL,
	at timestamptz NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	seq integer NOT NULL,
	sealed bytea NOT NULL,
	PRIMARY KEY (division, application, seq)
) PARTITION BY RANGE (application);
ALTER TABLE revision ALTER sealed SET STORAGE EXTERNAL;

-- A correction, withdrawal or consent on its way: committed first, like an answer in the inbox, then
-- decided by the node that owns the application, in the transaction of the case; status is that of
-- the answer, null until then. A refused one (status 400 and above) leaves its key free.
CREATE TABLE petition (
	id bigint NOT NULL,
	application bigint NOT NULL,
	account bigint NOT NULL,
	made_at timestamptz NOT NULL DEFAULT now(),
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	asker integer NOT NULL,
	status smallint,
	key_hash uuid NOT NULL,
	body_hash bytea NOT NULL CHECK (length(body_hash) = 32),
	body bytea NOT NULL,
	answer bytea,
	PRIMARY KEY (division, id)
) PARTITION BY RANGE (id);
ALTER TABLE petition ALTER body SET STORAGE EXTERNAL, ALTER answer SET STORAGE EXTERNAL;
CREATE INDEX petition_key ON petition (account, key_hash);
CREATE INDEX petition_open ON petition (division, application) WHERE status IS NULL;

-- Whose consent an application waits for: he finds it by this, and it alone.
CREATE TABLE consent (
	application bigint NOT NULL,
	person uuid NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	sign smallint NOT NULL,
	PRIMARY KEY (division, application, sign, person)
) PARTITION BY RANGE (application);
CREATE INDEX consent_person ON consent (person, application);

-- What a person must look at, until it settles by itself.
CREATE TABLE attention (
	application bigint NOT NULL,
	since timestamptz NOT NULL,
	settled_at timestamptz,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	item smallint NOT NULL,
	department text NOT NULL,
	PRIMARY KEY (division, application, item)
) PARTITION BY RANGE (application);
CREATE INDEX attention_open ON attention (division, department, application) WHERE settled_at IS NULL;

-- A value is free again when its application was withdrawn or ended without anything approved.
ALTER TABLE once ADD COLUMN released boolean NOT NULL DEFAULT false;
CREATE INDEX once_application ON once (division, application);
