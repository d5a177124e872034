/* live.cjs: an application's changes as they happen: to who may see it and only as long as he may, at whatever
 * node, to so many and no more; none of them keeps a node from ending.
 */
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { assert, atRest, birth, Browser, freePort, idNumber, program, suite, until, World } = require('./harness.cjs');

/* Somebody who listens: messages so far, and whether the answer is over. */
function listen(port, target, headers) {
	const ear = { messages: [], over: false, status: undefined };
	ear.request = http.get({ host: '127.0.0.1', port, path: target, headers: { Accept: 'text/event-stream', ...headers }, agent: false },
		(answer) => {
			let rest = '';
			ear.status = answer.statusCode;
			ear.headers = answer.headers;
			answer.setEncoding('utf8');
			answer.on('data', (part) => {
				const blocks = (rest + part).split('\n\n');
				rest = blocks.pop();
				for (const block of blocks) {
					const fields = Object.fromEntries(block.split('\n').map((l) => [l.slice(0, l.indexOf(':')), l.slice(l.indexOf(':') + 1).trim()]));
					if (fields.event)
						ear.messages.push({ event: fields.event, id: fields.id, ...JSON.parse(fields.data) });
				}
			});
			answer.on('close', () => { ear.over = true; });
		});
	ear.request.on('error', () => { ear.over = true; });
	ear.heard = (what, look) => until(what, () => ear.messages.find(look));
	return ear;
}

suite(async (test) => {
	const w = await World.start();
	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('bert', 'citizen', { id: idNumber(7, false) });
	await w.password('bert', 'correct horse battery');
	const as = (who) => ({ Authorization: `Bearer ${w.tokens[who]}` });

	/* The police decide when they are let. */
	const held = new Map();
	w.gate.rule = (c) => {
		if (c.department !== 'public_security' || !c.json || /:/.test(c.json.item))
			return undefined;
		return new Promise((go) => held.set(c.json.application, go));
	};
	const filed = async (who) => {
		const { number } = await w.accepted(who, birth());
		await until('the police are asked', () => held.has(number));
		return number;
	};
	const count = async (who, number) => (await w.http('GET', `/api/v1/applications/${number}`, { who })).json.history.count;
	const let_go = (number) => held.get(number)();

	await test('first where it stands, then each change, then its end', async () => {
		const number = await filed('anna'), before = await count('anna', number);
		const ear = listen(w.port, `/applications/${number}/events`, as('anna'));
		const first = await ear.heard('the first message', (m) => m.event === 'change');
		assert.equal(ear.status, 200);
		assert.equal(ear.headers['content-type'], 'text/event-stream');
		assert.equal(ear.headers['cache-control'], 'no-store');
		assert.ok(first.count >= before, 'others go on meanwhile');
		assert.equal(first.status, 'in_progress');
		assert.equal(first.id, String(first.count));
		let_go(number);
		await ear.heard('a change', (m) => m.event === 'change' && m.count > first.count);
		const last = await ear.heard('the end', (m) => m.event === 'end');
		await until('the answer is over', () => ear.over);
		assert.equal(last.status, 'finished');
		assert.equal(last.count, await count('anna', number));
		const counts = ear.messages.map((m) => m.count);
		assert.deepEqual(counts, [...new Set(counts)].sort((a, b) => a - b), 'each once, in order');
	});

	await test('of one that is over: its end at once; to who cannot keep it open: one message', async () => {
		const { number } = await w.accepted('anna', birth());
		await until('the police are asked', () => held.has(number));
		const once = await w.http('GET', `/api/v1/applications/${number}/events`, { who: 'anna' });
		assert.match(once.text, /^id: \d+\nevent: change\ndata: \{"count":\d+,"status":"in_progress"\}\n\n$/);
		let_go(number);
		await w.finished('anna', number);
		const ear = listen(w.port, `/api/v1/applications/${number}/events`, as('anna'));
		await ear.heard('its end', (m) => m.event === 'end');
		await until('over', () => ear.over);
	});

	await test('nobody hears of what he may not see', async () => {
		const number = await filed('anna');
		const other = listen(w.port, `/applications/${number}/events`, as('bert'));
		const stranger = listen(w.port, `/applications/${number}/events`, {});
		await until('both are refused', () => other.over && stranger.over);
		assert.equal(other.status, 404);
		assert.equal(stranger.status, 401);
		let_go(number);
	});

	await test('who leaves hears no more, though the answer was open', async () => {
		const browser = new Browser(w);
		assert.equal((await browser.login('bert', 'correct horse battery')).status, 200);
		const number = await filed('bert');
		await w.watch('bert', number, 'only the police are still asked', (a) => atRest(a, 'hukou_birth'));
		const ear = listen(w.port, `/applications/${number}/events`, { Cookie: browser.cookie });
		await ear.heard('the first message', (m) => m.event === 'change');
		const heard = ear.messages.length;
		assert.equal((await browser.send('DELETE', '/api/v1/session')).status, 204);
		let_go(number);
		await until('it is over', () => ear.over);
		assert.equal(ear.messages.length, heard, 'nothing was told after the session');
	});

	await test('another node tells it as well', async () => {
		const port = await freePort(), file = path.join(w.dir, 'second.conf');
		fs.writeFileSync(file, fs.readFileSync(w.config, 'utf8').replace(`127.0.0.1:${w.port}`, `127.0.0.1:${port}`)
			.replace('node = tested', 'node = second'));
		const second = spawn(program, ['serve', '--config', file], { cwd: '/', stdio: 'ignore' });
		process.once('exit', () => second.kill('SIGKILL')); /* when a test fails before its end */
		const ended = new Promise((done) => second.once('exit', (code, signal) => done(signal || code)));
		await until('the second is ready', () => w.http('GET', '/readyz', { port }).then((a) => a.status === 200, () => false));
		const number = await filed('anna'), ear = listen(port, `/applications/${number}/events`, as('anna'));
		await ear.heard('the first message', (m) => m.event === 'change');
		let_go(number); /* the first node owns it */
		await ear.heard('its end', (m) => m.event === 'end');
		const open = await filed('anna'), left = listen(port, `/applications/${open}/events`, as('anna'));
		await left.heard('the first message', (m) => m.event === 'change');
		second.kill('SIGTERM');
		assert.equal(await ended, 0, 'who listens does not keep it from ending');
		await until('over', () => left.over);
		let_go(open);
	});

	await test('of one account so many: the earliest makes room; they do not keep the node from ending', async () => {
		const number = await filed('anna'), ears = [];
		for (let i = 0; i < 9; i++) {
			ears.push(listen(w.port, `/applications/${number}/events`, as('anna')));
			await ears[i].heard('a message', (m) => m.event === 'change');
		}
		const last = await ears[0].heard('that it is crowded out', (m) => m.event === 'end');
		assert.equal(last.status, 'in_progress');
		await until('it is over', () => ears[0].over);
		assert.ok(!ears.slice(1).some((ear) => ear.over), 'the others go on');
		const exit = await w.node.stop(); /* well before the drain's end, or the test of its end fails */
		assert.equal(exit, 0);
		await until('all are over', () => ears.every((ear) => ear.over));
		let_go(number);
	});

	await w.stop();
});
