/* archive.cjs: a month whose applications are finished leaves the tables while a node works; statistics and
 * verify go on as before, and what only the database says of a month that left is not believed. */
'use strict';
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { assert, birth, idNumber, sources, suite, until, World } = require('./harness.cjs');

const like = path.join(sources, 'tests', 'past', 'employment.json');
const N = 30;

suite(async (test) => {
	const w = await World.start();
	const verify = () => w.run('verify');
	const partitions = (month) => w.sql(`SELECT count(*) FROM pg_class WHERE relname = 'application_${month}'`)[0] === '1';
	const statistics = async () => JSON.parse((await w.run('stats', '--by', 'month', '--json')).stdout).rows;
	const filed = (month) => w.sql(`SELECT number, name FROM application_${month} a JOIN account p ON p.id = a.account
		ORDER BY a.id`).map((line) => line.split('|'));
	const refused = async (args, says) => {
		const told = await w.run('archive', ...args);
		assert.equal(told.status, 1, told.stdout);
		assert.match(told.stderr, says);
	};
	let before, gone;

	await w.account('anna', 'citizen', { id: idNumber(1) });
	const made = await w.run('past', String(N), '--event', 'employment', '--from', '2026-01-01', '--to', '2026-03-31', '--like', like);
	assert.equal(made.status, 0, made.stderr);

	await test('what may not leave stays: no month, none of ours, a young one, one of which something is open', async () => {
		assert.equal((await w.run('archive')).status, 2);
		await refused(['2026-2'], /YYYY-MM/);
		await refused(['2026-13'], /YYYY-MM/);
		await refused(['2019-01'], /no such month/);
		const now = new Date();
		await refused([`${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}`], /six months old/);
		const [id] = w.sql('SELECT id FROM progress_2026_02 LIMIT 1');
		w.sql(`UPDATE progress SET open = true WHERE id = ${id}`);
		await refused(['2026-02'], /1 applications are still under way/);
		w.sql(`UPDATE progress SET open = false WHERE id = ${id}`);
		assert.ok(partitions('2026_02'));
		await w.verify();
	});

	await test('a month leaves while people file; nobody\'s application fails for it', async () => {
		before = await statistics();
		[gone] = filed('2026_02');
		let leaving = true;
		const told = w.run('archive', '2026-02').finally(() => { leaving = false; });
		const numbers = [];
		do
			numbers.push(...(await Promise.all(Array.from({ length: 4 }, () => w.accepted('anna', birth())))).map((a) => a.number));
		while (leaving);
		const { status, stdout, stderr } = await told;
		assert.equal(status, 0, stderr);
		assert.match(stdout, /^\d+ applications, \d+ entries, 0 differences: in the schema archive_2026_02\n/);
		for (const number of numbers)
			await w.finished('anna', number);
		assert.ok(!partitions('2026_02'));
	});

	await test('verify counts it in, statistics are what they were, others open, what left does not', async () => {
		const was = new Set(before.map((r) => JSON.stringify(r)));
		assert.ok(was.size >= 3, 'the months of the past');
		assert.equal((await statistics()).filter((r) => was.has(JSON.stringify(r))).length, was.size);
		await w.verify();
		const open = async ([number, name]) => {
			w.tokens[name] = (await w.run('account', 'token', name)).stdout.trim();
			return (await w.http('GET', `/api/v1/applications/${number}`, { who: name })).status;
		};
		assert.equal(await open(filed('2026_01')[0]), 200);
		assert.equal(await open(gone), 404);
	});

	await test('what left and was not read through, because the command died, is told and read the next time', async () => {
		w.sql('DELETE FROM archived_counter; UPDATE archived SET applications = NULL, heads = NULL');
		const told = await verify();
		assert.equal(told.status, 1);
		assert.match(told.stdout, /^archive 2026-02: month: has left and was not read through: run/m);
		const again = await w.run('archive', '2026-02');
		assert.equal(again.status, 0, again.stderr);
		await w.verify();
	});

	await test('read again it is the same; when something was changed there, that is told', async () => {
		const again = await w.run('archive', '2026-02');
		assert.equal(again.status, 0, again.stderr);
		w.sql('UPDATE archive_2026_02.progress SET history_count = history_count + 1 WHERE id = (SELECT min(id) FROM archive_2026_02.progress)');
		await refused(['2026-02'], /by the history/);
		w.sql('UPDATE archive_2026_02.progress SET history_count = history_count - 1 WHERE id = (SELECT min(id) FROM archive_2026_02.progress)');
		w.sql('DELETE FROM archive_2026_02.application WHERE id = (SELECT max(id) FROM archive_2026_02.application)');
		await refused(['2026-02'], /is gone/);
		await w.verify();
	});

	await test('carried off: it is said where it is, and verify needs nothing of it', async () => {
		const dump = spawnSync('pg_dump', ['--schema=archive_2026_02', '-h', path.join(w.data, 'run'), '-U', w.owner(), 'yijianshi'],
			{ encoding: 'utf8', maxBuffer: 1 << 28 });
		assert.equal(dump.status, 0, dump.stderr);
		assert.match(dump.stdout, /CREATE TABLE archive_2026_02\.history/);
		w.sql('DROP SCHEMA archive_2026_02 CASCADE');
		await refused(['2026-02'], /archive_2026_02 is not here/);
		await w.verify();
	});

	await test('a month that somebody only says has left is told', async () => {
		const [first, end] = w.sql('SELECT first_id, end_id FROM archived')[0].split('|');
		w.sql(`INSERT INTO archived (month, first_id, end_id, applications, heads) SELECT month + 1, ${end},
			${end} + (${end} - ${first}), 0, heads FROM archived`);
		const told = await verify();
		assert.equal(told.status, 1);
		assert.match(told.stdout, /^archive 2026-03: month: is said to have left, which no head kept outside tells of$/m);
		w.sql('DELETE FROM archived WHERE applications = 0');
		await w.verify();
	});

	await test('who cannot know whether it has left says so, and goes on the next time', async () => {
		const waits = () => w.sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'yijianshi archive' AND wait_event = 'SyncRep'")[0];
		const [role] = w.sql("SELECT tableowner FROM pg_tables WHERE tablename = 'archived'");
		const standby = (name, who) => { /* for the owner's session alone */
			for (const sql of ["ALTER SYSTEM SET synchronous_commit = 'local'", `ALTER SYSTEM SET synchronous_standby_names = '${name}'`,
				`ALTER ROLE ${role} ${who}`, 'SELECT pg_reload_conf()'])
				w.sql(sql);
		};
		standby('nobody', 'SET synchronous_commit = on');
		try {
			const told = w.run('archive', '2026-01');
			const pid = await until('its COMMIT waits for the standby', waits);
			w.sql(`SELECT pg_terminate_backend(${pid})`);
			const { status, stderr } = await told;
			assert.equal(status, 1);
			assert.match(stderr, /2026-01 has perhaps left: run the command again/);
		} finally {
			standby('', 'RESET synchronous_commit');
		}
		const again = await w.run('archive', '2026-01');
		assert.equal(again.status, 0, again.stderr);
		assert.ok(!partitions('2026_01'));
		await w.verify();
	});

	await w.stop();
});
