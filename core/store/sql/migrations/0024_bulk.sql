-- Who read of many applications within an hour: written when it is seen, once an account and hour, never changed.
CREATE TABLE bulk_reading (
	account bigint NOT NULL REFERENCES account (id),
	at timestamptz NOT NULL,
	count integer NOT NULL CHECK (count > 0), -- of how many, in the hour before `at`
	PRIMARY KEY (account, at)
);

-- What an account has read lately; ids rise with time.
CREATE INDEX access_reader ON access (account, id);
