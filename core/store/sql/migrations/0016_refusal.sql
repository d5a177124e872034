-- How often somebody who could not show that he is a department was refused: one row a minute and address, however
-- many they were. Who is the blind index of an address, of IPv6 of its network; the address itself is sealed.
CREATE TABLE refusal (
	minute timestamptz NOT NULL,
	who uuid NOT NULL,
	refused bigint NOT NULL,
	address bytea NOT NULL,
	PRIMARY KEY (minute, who)
) WITH (fillfactor = 80);
