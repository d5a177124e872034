-- A draft goes with the person whom it is for: to the agent who comes after, or to himself. So it is found by him.
CREATE INDEX draft_person ON draft (person, changed_at);
