/* versions.cjs: four eyes. What somebody writes into an event's file comes into force only when two people of the
 * policy staff have approved exactly that; meanwhile, edited again, on another node and after a restart what was
 * in force stays.
 */
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { assert, birth, freePort, idNumber, program, suite, until, World } = require('./harness.cjs');

suite(async (test) => {
	/* It is switched on where events are in force already. */
	const w = await World.start({ own: true });
	const file = path.join(w.events, 'birth.lua'), written = fs.readFileSync(file, 'utf8');
	await w.account('mother', 'citizen', { id: idNumber(1), full: '李秀兰' });
	for (const name of ['lin', 'wang', 'zhou'])
		await w.account(name, 'policy');
	await w.account('wang_again', 'policy', { id: idNumber(5) });
	await w.account('wang_twin', 'policy', { id: idNumber(5) });
	await w.account('operator', 'operator');
	const usual = (await w.http('GET', '/api/v1/events/birth')).json;
	await w.node.stop();
	w.writeConfig({ four_eyes: 'yes' });
	await w.startNode();

	const list = async (who = 'lin', more = {}) => (await w.http('GET', '/api/v1/versions', { who, ...more })).json;
	const of_birth = (versions, state) => versions.versions.find((v) => v.event === 'birth' && v.state === state);
	const proposed = async () => of_birth(await list(), 'proposed');
	const in_force = async (more = {}) => (await w.http('GET', '/api/v1/events/birth', more)).json;
	const approve = (who, version) => w.http('POST', `/api/v1/versions/${version}/approval`, { who, json: {} });

	const titled = (title) => written.replace(/^event "birth" \{ "[^"]+"/m, `event "birth" { "${title}"`);

	/* Another title, read by the node; gives what is proposed then. */
	async function edit(title) {
		fs.writeFileSync(file, titled(title));
		w.node.process.kill('SIGHUP');
		return until(`“${title}” is proposed`, async () => {
			const p = await proposed();
			return p && p.title === title && p;
		});
	}

	await test('what was in force when it is switched on stays so, and nothing is proposed', async () => {
		const { four_eyes, needed, versions } = await list();
		assert.deepEqual([four_eyes, needed], [true, 2]);
		assert.deepEqual([...new Set(versions.map((v) => v.state))], ['in_force']);
		assert.equal((await in_force()).version, usual.version);
	});

	await test('35: an edited file is proposed and not in force; one person alone cannot put it there, not by two accounts', async () => {
		const p = await edit('出生一件事(一)');
		assert.equal(p.replaces, usual.version);
		assert.deepEqual(p.changes, [{ part: 'event', kind: 'changed', id: 'birth', title: '出生一件事(一)',
			members: [{ name: 'title', before: usual.title, after: '出生一件事(一)' }] }]);
		assert.equal((await approve('lin', p.version)).json.missing, 1);
		assert.equal((await approve('lin', p.version)).json.missing, 1);
		const q = await edit('出生一件事(二)');
		for (const who of ['wang_again', 'wang_twin'])
			assert.equal((await approve(who, q.version)).json.missing, 1, who);
		assert.deepEqual((await proposed()).approvals.map((a) => a.by), ['wang_again', 'wang_twin']);
		assert.equal((await in_force()).version, usual.version);
		const { number } = await w.accepted('mother', birth());
		assert.equal((await w.show('mother', number)).version, usual.version);
	});

	await test('35: what was approved by one and then edited counts as approved by nobody, and is not approved under its old hash', async () => {
		const p = await edit('出生一件事(三)');
		await approve('lin', p.version);
		const q = await edit('出生一件事(四)');
		assert.equal(q.missing, 2);
		assert.equal((await approve('wang', p.version)).status, 409);
		assert.equal((await approve('wang', '0'.repeat(64))).status, 404);
		assert.equal((await in_force()).version, usual.version);
		assert.match((await w.run('doctor')).stdout, /ok +four eyes +1 files wait for approval/);
		assert.match(w.node.text(), /event birth: what its file says \([0-9a-f]{64}\) is approved by 0 of 2 people: in force stays/);
	});

	await test('two people approve: it comes into force without anything else done, and is so after a restart', async () => {
		const p = await edit('出生一件事(五)');
		assert.equal((await approve('lin', p.version)).json.missing, 1);
		const second = await approve('wang', p.version);
		assert.deepEqual([second.status, second.json.missing, second.json.approved], [200, 0, true]);
		await until('it is in force', async () => (await in_force()).version === p.version);
		assert.equal(await proposed(), undefined);
		assert.equal((await approve('zhou', p.version)).status, 409);
		await w.node.stop();
		await w.startNode();
		assert.equal((await in_force()).version, p.version);
		assert.deepEqual(of_birth(await list(), 'in_force').approvals.map((a) => a.by), ['lin', 'wang']);
	});

	await test('35: so with what a department\'s file says of how it is called; its calls are its events\' matter', async () => {
		const connector = path.join(w.connectors, 'tax.lua'), before = fs.readFileSync(connector, 'utf8');
		const of_tax = async () => (await list()).versions.find((v) => v.department === 'tax');
		assert.equal(await of_tax(), undefined);
		fs.writeFileSync(connector, before.replace('timeout = "10s"', 'timeout = "90s", signature = 2'));
		w.node.process.kill('SIGHUP');
		const p = await until('it is proposed', of_tax);
		assert.deepEqual([p.state, p.missing, p.event], ['proposed', 2, undefined]);
		assert.deepEqual(p.changes[0].members.sort((a, b) => a.name < b.name ? -1 : 1), [{ name: 'signature', before: '1', after: '2' },
			{ name: 'timeout_ms', before: '10 秒', after: '90 秒' }]);
		assert.match((await w.run('doctor')).stdout, /ok +four eyes +1 files wait for approval/);
		assert.match((await w.http('GET', '/metrics')).text, /^yijianshi_files_waiting 1$/m);
		assert.match(w.node.text(), /department tax: what its file says of how it is called is approved by 0 of 2 people/);
		assert.equal((await approve('lin', p.version)).json.missing, 1);
		assert.equal((await approve('lin', p.version)).json.missing, 1);
		fs.writeFileSync(connector, before.replace('timeout = "10s"', 'timeout = "80s"'));
		w.node.process.kill('SIGHUP');
		const q = await until('it was edited again', async () => {
			const one = await of_tax();
			return one && one.version !== p.version && one;
		});
		assert.equal(q.missing, 2, 'approved by nobody');
		assert.equal((await approve('wang', p.version)).status, 409);
		await w.node.stop();
		await w.startNode();
		assert.equal((await of_tax()).version, q.version, 'after a restart too');
		for (const who of ['lin', 'wang'])
			assert.equal((await approve(who, q.version)).status, 200);
		await until('it is in force', async () => await of_tax() === undefined);
		assert.equal((await approve('zhou', q.version)).status, 409);
	});

	await test('an approval that nobody heard, for the database was away, counts when it is back', async () => {
		const p = await edit('出生一件事(五又半)');
		w.sql(`INSERT INTO approval (version, account) SELECT '\\x${p.version.slice(7)}', id FROM account WHERE name IN ('lin', 'zhou')`);
		w.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'yijianshi engine%'`);
		await until('it is in force', async () => (await in_force()).version === p.version);
	});

	await test('a node that starts with a file that is not approved serves what is in force', async () => {
		const before = (await in_force()).version;
		fs.writeFileSync(file, titled('出生一件事(六)'));
		await w.node.stop();
		await w.startNode();
		assert.equal((await in_force()).version, before);
		assert.equal((await proposed()).title, '出生一件事(六)');
	});

	await test('a new event is there for nobody before it is approved', async () => {
		fs.writeFileSync(path.join(w.events, 'second_child.lua'), written.replace('event "birth"', 'event "second_child"'));
		w.node.process.kill('SIGHUP');
		const one = await until('it is proposed', async () => (await list()).versions.find((v) => v.event === 'second_child'));
		assert.deepEqual([one.state, one.replaces], ['proposed', null]);
		assert.equal((await w.http('GET', '/api/v1/events/second_child')).status, 404);
		for (const who of ['lin', 'zhou'])
			assert.equal((await approve(who, one.version)).status, 200);
		await until('it is in force', async () => (await w.http('GET', '/api/v1/events/second_child')).status === 200);
	});

	const versions_of = async (subject) => (await list()).versions.filter((v) => v.event === subject || v.department === subject);

	await test('35: an event whose file is deleted goes when two people have approved that, not before, on restart neither', async () => {
		const second = path.join(w.events, 'second_child.lua'), text = fs.readFileSync(second, 'utf8');
		const gone = async () => (await versions_of('second_child')).find((v) => v.state === 'proposed');
		fs.rmSync(second);
		w.node.process.kill('SIGHUP');
		const one = await until('it is proposed that it goes', gone);
		assert.deepEqual([one.missing, one.changes.map((c) => [c.part, c.kind])], [2, [['event', 'removed']]]);
		await w.node.stop();
		await w.startNode();
		const { version } = (await w.http('GET', '/api/v1/events/second_child')).json;
		assert.equal(version, one.replaces, 'it is in force');
		assert.match((await w.run('doctor')).stdout, /ok +four eyes +2 files wait for approval/);
		assert.equal((await approve('lin', one.version)).json.missing, 1);
		fs.writeFileSync(second, text);
		w.node.process.kill('SIGHUP');
		await until('its file is back', async () => !await gone());
		assert.equal((await approve('zhou', one.version)).status, 409);
		fs.rmSync(second);
		w.node.process.kill('SIGHUP');
		await until('it is gone again', gone);
		assert.equal((await approve('zhou', one.version)).json.missing, 0);
		await until('it is in force no more', async () => (await w.http('GET', '/api/v1/events/second_child')).status === 404);
		assert.deepEqual(await versions_of('second_child'), []);
		fs.writeFileSync(second, text.replace(/^event "second_child" \{ "/m, '$&再'));
		w.node.process.kill('SIGHUP');
		const again = await until('as a new one it waits for approval', gone);
		assert.deepEqual([again.replaces, again.missing], [null, 2]);
		fs.rmSync(second);
	});

	await test('35: so with a department whose file is deleted', async () => {
		const spare = path.join(w.connectors, 'spare.lua');
		fs.writeFileSync(spare, fs.readFileSync(path.join(w.connectors, 'tax.lua'), 'utf8').replace('connector "tax"', 'connector "spare"'));
		w.node.process.kill('SIGHUP');
		await until('it is in force, being new', async () =>
			`${w.sql(`SELECT count(*) FROM publication WHERE event = 'connectors/spare'`)}`.trim() === '1');
		fs.rmSync(spare);
		w.node.process.kill('SIGHUP');
		const [one] = await until('it is proposed that it goes', async () => {
			const told = await versions_of('spare');
			return told.length > 0 && told;
		});
		assert.deepEqual([one.missing, one.changes.map((c) => [c.part, c.kind])], [2, [['connectors', 'removed']]]);
		for (const who of ['lin', 'zhou'])
			assert.equal((await approve(who, one.version)).status, 200);
		await until('it is gone', async () => (await versions_of('spare')).length === 0);
	});

	await test('each node hears of it', async () => {
		const port = await freePort(), config = path.join(w.dir, 'second.conf');
		fs.writeFileSync(config, fs.readFileSync(w.config, 'utf8').replace(`127.0.0.1:${w.port}`, `127.0.0.1:${port}`)
			.replace('node = tested', 'node = second'));
		const second = spawn(program, ['serve', '--config', config], { cwd: '/', stdio: 'ignore' });
		process.once('exit', () => second.kill('SIGKILL')); /* when a test fails before its end */
		const ended = new Promise((done) => second.once('exit', (code, signal) => done(signal || code)));
		await until('the second is ready', () => w.http('GET', '/readyz', { port }).then((a) => a.status === 200, () => false));
		const p = await proposed();
		for (const who of ['lin', 'wang'])
			assert.equal((await approve(who, p.version)).status, 200);
		for (const more of [{}, { port }])
			await until('it is in force', async () => (await in_force(more)).version === p.version);
		second.kill('SIGTERM');
		assert.equal(await ended, 0);
	});

	await test('histories, plans and statistics agree', () => w.verify());
	await w.stop();
});
