-- A node shows that it lives, again and again: its connections alone stay open when it is frozen.
ALTER TABLE node ADD COLUMN seen_at timestamptz, ADD COLUMN silence interval;
