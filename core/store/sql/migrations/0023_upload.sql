-- Papers on their way: what has come of a file that is not whole yet. Its pieces lie where the file's will;
-- the row goes when the file is whole, or a day after it was begun.

CREATE TABLE upload (
	id bigint NOT NULL, -- the file's
	account bigint NOT NULL REFERENCES account (id),
	begun_at timestamptz NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	size integer NOT NULL CHECK (size > 0),
	had integer NOT NULL DEFAULT 0 CHECK (had BETWEEN 0 AND size),
	mark uuid NOT NULL, -- a blind index of what its sender calls it: the same file goes on where it broke off
	PRIMARY KEY (division, id),
	UNIQUE (account, mark)
);
CREATE INDEX upload_begun ON upload (begun_at);
