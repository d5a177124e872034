/* session.cjs: how people come in, stay in and are put out. The tests follow the list of checks from
 * outside: cross-site requests, fixation, sessions that ended, guessing, the second factor, passwords,
 * time-outs. Time passes by moving what the database wrote down.
 */
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const paper = require('../papers.cjs');
const { assert, birth, Browser, demoForm, freePort, idNumber, oneTimeCode, program, request, suite, until, World } = require('./harness.cjs');

const words = 'correct horse battery', other_words = 'another staple entirely';

suite(async (test) => {
	const w = await World.start();
	const secrets = {};

	await w.account('mother', 'citizen', { id: idNumber(1), full: '李秀兰' });
	await w.account('father', 'citizen', { id: idNumber(2, false), full: '王建国' });
	await w.account('police', 'clerk', { department: 'public_security', divisions: ['330111'] });
	await w.account('operator', 'operator');
	await w.account('unready', 'clerk', { department: 'tax' });
	await w.account('nameless', 'citizen', { id: idNumber(3) });
	for (const name of ['mother', 'father', 'unready'])
		await w.password(name, words);
	for (const name of ['police', 'operator'])
		secrets[name] = await w.password(name, words, true);

	/* Nobody has tried anything yet; and codes count once, so each login takes its own time. */
	const fresh = () => w.sql('DELETE FROM login_attempt; UPDATE totp SET last_step = 0');
	const come = async (name, port) => {
		fresh();
		const b = new Browser(w, port);
		const answer = await b.login(name, words, secrets[name] && oneTimeCode(secrets[name]));
		assert.equal(answer.status, 200, answer.text);
		return b;
	};
	const sessions = (name) => `(SELECT token FROM session s JOIN account a ON a.id = s.account WHERE a.name = '${name}')`;

	await test('coming in: a cookie and who one is; a program goes on with its token', async () => {
		const b = await come('mother');
		const { json } = await b.send('GET', '/api/v1/session');
		assert.deepEqual({ ...json, csrf: 'its' }, { name: 'mother', role: 'citizen', full_name: '李秀兰', divisions: [], strong: false,
			proved: true, csrf: 'its' });
		assert.equal(json.csrf, b.csrf);
		assert.equal((await b.send('GET', '/api/v1/applications')).status, 200);
		const program = await w.http('GET', '/api/v1/session', { who: 'mother' });
		assert.equal(program.status, 200);
		assert.equal(program.json.csrf, undefined);
		assert.equal((await w.http('GET', '/api/v1/session')).status, 401);
	});

	await test('a session files, once, and its token is checked like any', async () => {
		const b = await come('mother');
		const answer = await b.send('POST', '/api/v1/applications', { json: birth(), key: 'by browser' });
		assert.equal(answer.status, 201, answer.text);
		assert.equal((await b.send('GET', `/api/v1/applications/${answer.json.number}`)).status, 200);
	});

	/* --- 12: requests from elsewhere --- */

	await test('12: without the session\'s token, or from elsewhere, nothing is changed', async () => {
		const b = await come('mother'), stranger = await come('father');
		const count = () => w.sql('SELECT (SELECT count(*) FROM application) || \' \' || (SELECT count(*) FROM petition)')[0];
		const before = count();
		const bad = [{ csrf: null }, { csrf: stranger.csrf }, { csrf: b.csrf.slice(0, -1) }, { csrf: `${b.csrf}A` },
			{ csrf: b.csrf.toLowerCase() }, { csrf: '' }, { headers: { Origin: 'null' } }, { headers: { Origin: 'https://evil.example' } },
			{ headers: { Origin: `http://127.0.0.1:${w.port + 1}` } }, { headers: { Origin: `http://127.0.0.1:${w.port}.evil.example` } },
			{ headers: { Origin: '' } }, { headers: { 'Sec-Fetch-Site': 'cross-site' } }, { headers: { 'Sec-Fetch-Site': 'same-site' } }];
		for (const how of bad)
			for (const [method, target, more] of [['POST', '/api/v1/applications', { json: birth(), key: 'forged' }],
				['POST', '/api/v1/files', { body: paper.pdf(), type: 'application/pdf' }],
				['POST', '/api/v1/session/password', { json: { old: words, new: other_words } }],
				['DELETE', '/api/v1/session', {}]]) {
				const answer = await b.send(method, target, { ...more, ...how });
				assert.equal(answer.status, 403, `${method} ${target} ${JSON.stringify(how)} ${answer.text}`);
				assert.equal(answer.json.type, '/problems/not-from-here');
			}
		assert.equal(count(), before);
		assert.equal(await b.status(), 200, 'and the session is still there');
	});

	await test('12: what a form of another site can send is refused: text/plain, a login', async () => {
		const b = await come('mother');
		const before = w.sql('SELECT count(*) FROM application')[0];
		for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
			for (const target of ['/api/v1/applications', '/api/v1/session'])
				assert.equal((await b.send('POST', target, { json: birth(), key: 'plain', type })).status, 415);
		for (const headers of [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }])
			assert.equal((await new Browser(w).send('POST', '/api/v1/session', { json: { name: 'mother', password: words }, headers }))
				.status, 403);
		assert.equal(w.sql('SELECT count(*) FROM application')[0], before);
	});

	await test('12: from our own page it is done', async () => {
		const b = await come('mother');
		for (const headers of [{ Origin: `http://127.0.0.1:${w.port}`, 'Sec-Fetch-Site': 'same-origin' }, { 'Sec-Fetch-Site': 'none' }])
			assert.equal((await b.send('POST', '/api/v1/session/proof', { json: { password: words }, headers })).status, 204);
	});

	await test('12: no GET changes anything', async () => {
		const b = await come('mother');
		for (const target of ['/api/v1/session', '/api/v1/sessions', '/api/v1/applications'])
			assert.equal((await b.send('GET', target, { csrf: null, headers: { Origin: 'https://evil.example' } })).status, 200);
		const id = (await b.send('GET', '/api/v1/sessions')).json.sessions.find((s) => s.current).id;
		assert.equal((await b.send('GET', `/api/v1/sessions/${id}`)).status, 405);
		assert.equal(await b.status(), 200);
	});

	/* --- 13: fixation --- */

	await test('13: a login makes a new session; what the browser brought is worth nothing, what it had ends', async () => {
		fresh();
		const b = new Browser(w);
		const planted = b.cookie = `yjs=${'A'.repeat(43)}`;
		const first = await b.login('mother', words);
		assert.equal(first.status, 200);
		const set = first.headers['set-cookie'];
		assert.equal(set.length, 1);
		assert.match(set[0], /^yjs=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
		assert.notEqual(b.cookie, planted);
		const had = b.cookie;
		assert.equal((await b.login('mother', words)).status, 200);
		assert.notEqual(b.cookie, had);
		for (const [cookie, status] of [[planted, 401], [had, 401], [b.cookie, 200], [`${b.cookie}; ${had}`, 401]])
			assert.equal((await w.http('GET', '/api/v1/session', { headers: { Cookie: cookie } })).status, status, cookie);
	});

	await test('13: behind TLS the cookie is Secure and bound to the host', async () => {
		await w.node.stop();
		w.writeConfig({ public_url: 'https://one.example' });
		await w.startNode();
		fresh();
		const b = new Browser(w);
		const answer = await b.login('mother', words);
		assert.match(answer.headers['set-cookie'][0], /^__Host-yjs=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
		assert.equal(await b.status(), 200);
		assert.equal((await w.http('GET', '/api/v1/session', { headers: { Cookie: b.cookie.replace('__Host-', '') } })).status, 401);
		for (const [Origin, status] of [['https://one.example', 204], ['http://one.example', 403], ['https://one.example.evil', 403],
			['https://one', 403], [`http://127.0.0.1:${w.port}`, 403]])
			assert.equal((await b.send('POST', '/api/v1/session/proof', { json: { password: words }, headers: { Origin } })).status, status,
				Origin);
		await w.node.stop();
		w.writeConfig();
		await w.startNode();
	});

	/* one proxy for everybody: who guesses behind it shuts out nobody else */
	await test('15, 37: behind the proxy of the settings its word tells who asks, and nobody else\'s', async () => {
		const guess = (from, name) => w.http('POST', '/api/v1/session', { json: { name, password: 'not the one at all' },
			headers: from === undefined ? {} : { 'X-Forwarded-For': from } });
		const counted = () => Number(w.sql('SELECT count(*) FROM login_attempt')[0]);
		fresh();
		await guess('203.0.113.7', 'a');
		await guess('198.51.100.9', 'a');
		assert.equal(counted(), 2, 'a header from elsewhere tells nothing: one address, one name');
		await w.node.stop();
		w.writeConfig({ proxy: '127.0.0.1' });
		await w.startNode();
		fresh();
		for (const [from, rows] of [['203.0.113.7', 2], ['10.0.0.1, 203.0.113.7', 2], ['203.0.113.7, 198.51.100.9', 3], ['2001:db8::1', 4],
			['2001:db8::2', 4], ['nonsense', 5], ['127.0.0.1, nonsense', 5], [undefined, 5], ['', 5]]) {
			await guess(from, 'a');
			assert.equal(counted(), rows, String(from));
		}
		assert.equal((await w.http('GET', '/metrics', { headers: { 'X-Forwarded-For': '203.0.113.7' } })).status, 401, 'not from this machine');
		await w.node.stop();
		w.writeConfig();
		await w.startNode();
	});

	await test('the cookie is no bearer token, a token no cookie, and the database has neither', async () => {
		const b = await come('mother');
		const secret = b.cookie.split('=')[1];
		assert.equal((await w.http('GET', '/api/v1/session', { headers: { Authorization: `Bearer ${secret}` } })).status, 401);
		assert.equal((await w.http('GET', '/api/v1/session', { headers: { Cookie: `yjs=${w.tokens.mother.slice(4)}` } })).status, 401);
		const dump = w.sql(`SELECT encode(hash, 'escape') FROM token`).join() + w.sql('SELECT hash FROM password').join();
		assert.ok(!dump.includes(secret) && !dump.includes(words));
	});

	/* --- 14: what ended is ended, on all nodes --- */

	const port = await freePort(), config = path.join(w.dir, 'second.conf');
	const run = path.join(w.data, 'run');
	fs.writeFileSync(config, `${fs.readFileSync(w.config, 'utf8').replace(`127.0.0.1:${w.port}`, `127.0.0.1:${port}`)
		.replace('node = tested', 'node = second')}database = host=${run} dbname=yijianshi user=yijianshi\n`);
	const second = spawn(program, ['serve', '--config', config], { cwd: '/', stdio: 'ignore' });
	const second_ended = new Promise((done) => second.once('exit', done));
	await until('the second node is ready', async () => {
		const answer = await request(port, { path: '/readyz' }).catch(() => undefined);
		return answer && answer.status === 200;
	});

	/* Each must put out the session at once, wherever it is shown. */
	const ends = {
		'leaving': async (b) => assert.equal((await b.send('DELETE', '/api/v1/session')).status, 204),
		'ending it from another browser': async (b) => {
			const { id } = (await b.send('GET', '/api/v1/sessions')).json.sessions.find((s) => s.current);
			const another = await come('father');
			assert.equal((await another.send('DELETE', `/api/v1/sessions/${id}`)).status, 204);
			assert.equal((await another.send('DELETE', `/api/v1/sessions/${id}`)).status, 404);
			assert.equal(await another.status(), 200);
		},
		'a new password': async (b) => {
			fresh();
			const csrf = b.csrf;
			assert.equal((await b.send('POST', '/api/v1/session/password', { json: { old: words, new: other_words }, csrf })).status, 204);
			const again = new Browser(w);
			assert.equal((await again.login('father', words)).status, 401);
			assert.equal((await again.login('father', other_words)).status, 200);
			await w.password('father', words);
			assert.equal(await again.status(), 401, 'nor does one of the password in between hold');
		},
		'a password set by the administrator': () => w.password('father', words),
		'revoking': async () => assert.equal((await w.run('account', 'revoke', 'father')).status, 0),
		'another role': async () => {
			assert.equal((await w.run('account', 'change', 'father', '--role', 'agent', '--division', '330111')).status, 0);
			assert.equal((await w.run('account', 'change', 'father', '--role', 'citizen', '--id-number', idNumber(2, false))).status, 0);
		},
		'other divisions': async () => assert.equal((await w.run('account', 'add', 'father', '--role', 'citizen', '--division', '330111',
			'--id-number', idNumber(2, false))).status, 0),
		'a new second factor': async () => {
			assert.equal((await w.run('account', 'totp', 'father')).status, 0);
			w.sql(`DELETE FROM totp WHERE account = (SELECT id FROM account WHERE name = 'father')`);
		},
		'closing the account': async () => {
			assert.equal((await w.run('account', 'close', 'father')).status, 0);
			fresh();
			assert.equal((await new Browser(w).login('father', words)).status, 401);
			await w.password('father', words);
		},
	};
	for (const [what, end] of Object.entries(ends))
		await test(`14: ${what} ends it at once on all nodes`, async () => {
			const b = await come('father');
			const elsewhere = (method, target, more = {}) => w.http(method, target, { port, ...more,
				headers: { Cookie: cookie, 'X-CSRF-Token': csrf } });
			const { cookie, csrf } = b;
			assert.equal((await elsewhere('GET', '/api/v1/session')).status, 200);
			await end(b);
			b.cookie = cookie;
			assert.equal(await b.status(), 401);
			for (const [method, target, more] of [['GET', '/api/v1/session'], ['GET', '/api/v1/applications'],
				['POST', '/api/v1/applications', { json: birth(), key: 'late' }]])
				assert.equal((await elsewhere(method, target, more)).status, 401, `${method} ${target}`);
		});

	await test('14: what revokes sessions revokes tokens: nothing is changed with the old one', async () => {
		for (const end of [() => w.password('nameless', words).then(() => w.password('nameless', other_words)),
			() => w.run('account', 'change', 'nameless', '--role', 'citizen', '--division', '330111', '--id-number', idNumber(3))]) {
			w.tokens.nameless = (await w.run('account', 'token', 'nameless')).stdout.trim();
			assert.equal((await w.http('GET', '/api/v1/session', { who: 'nameless' })).status, 200);
			await end();
			assert.equal((await w.file('nameless', birth())).status, 401);
			assert.equal((await w.http('POST', '/api/v1/files', { who: 'nameless', body: paper.pdf(), type: 'application/pdf' }))
				.status, 401);
		}
	});

	await test('sessions outlive the node', async () => {
		const b = await come('mother');
		await w.node.stop();
		await w.startNode();
		assert.equal(await b.status(), 200);
	});

	second.kill('SIGTERM');
	assert.equal(await second_ended, 0);

	/* --- 15: guessing --- */

	const guess = (name, password = 'not the one at all') => w.http('POST', '/api/v1/session', { json: { name, password } });

	await test('15: after ten wrong ones even the right one waits, and nobody else', async () => {
		fresh();
		const statuses = [];
		for (let i = 0; i < 20; i++)
			statuses.push((await guess('mother')).status);
		assert.deepEqual(statuses, [...Array(10).fill(401), ...Array(10).fill(429)]);
		const right = await guess('mother', words);
		assert.equal(right.status, 429);
		assert.ok(Number(right.headers['retry-after']) > 30 && Number(right.headers['retry-after']) <= 61, right.headers['retry-after']);
		assert.equal((await guess('father', words)).status, 200, 'from the same address');
		w.sql(`UPDATE login_attempt SET until = until - interval '1 minute'`);
		assert.equal((await guess('mother', words)).status, 200, 'a minute later');
	});

	await test('15: a hundred at once are as many as ten', async () => {
		fresh();
		const answers = await Promise.all(Array.from({ length: 100 }, () => guess('mother')));
		const got = (status) => answers.filter((a) => a.status === status).length;
		assert.equal(got(401), 10);
		assert.equal(got(429), 90);
	});

	await test('15: an address that tries many accounts waits too', async () => {
		fresh();
		let taken = 0;
		for (let i = 0; i < 50; i++)
			taken += (await guess(`somebody${i}`)).status === 401;
		assert.ok(taken >= 40 && taken < 50, `${taken} were looked at`); /* one more comes free now and then */
		assert.equal((await guess('father', words)).status, 429);
	});

	await test('15: logins that succeed use nothing up', async () => {
		fresh();
		for (let i = 0; i < 15; i++)
			assert.equal((await guess('mother', words)).status, 200);
	});

	await test('15: known, unknown, without a password: the same answer', async () => {
		fresh();
		const bare = (a) => JSON.stringify([a.status, { ...a.json, instance: '' }, Object.keys(a.headers).sort()]);
		const one = bare(await guess('mother'));
		for (const name of ['nobody', 'unready', 'nameless', 'police', '', 'x'.repeat(200), '李秀兰', "' OR 1=1--"])
			assert.equal(bare(await guess(name)), one, name);
		for (let i = 0; i < 12; i++)
			await guess('nobody');
		assert.equal((await guess('nobody')).status, 429, 'and the same patience');
	});

	/* Welch's t over times of which the slowest tenth (other programs) is left out. */
	await test('15: known and unknown take the same time', async () => {
		const times = { mother: [], nobody: [] };
		for (let i = 0; i < 40; i++) {
			if (i % 8 === 0)
				fresh();
			for (const name of i % 2 ? ['mother', 'nobody'] : ['nobody', 'mother'])
				times[name].push((await guess(name)).ms);
		}
		const [a, b] = Object.values(times).map((list) => {
			const kept = list.sort((x, y) => x - y).slice(0, 36), mean = kept.reduce((x, y) => x + y) / kept.length;
			return { mean, error: kept.reduce((x, y) => x + (y - mean) ** 2, 0) / (kept.length - 1) / kept.length };
		});
		const t = Math.abs(a.mean - b.mean) / Math.sqrt(a.error + b.error);
		assert.ok(t < 3.3 || Math.abs(a.mean - b.mean) < 1, `t = ${t}: ${a.mean} ms and ${b.mean} ms`);
	});

	/* --- 16, 43: the second factor --- */

	await test('16: staff with the password only are refused, enrolled or not', async () => {
		for (const name of ['police', 'operator', 'unready']) {
			fresh();
			const answer = await guess(name, words);
			assert.equal(answer.status, 401, name);
			assert.equal(answer.json.type, '/problems/login-failed');
		}
		const { json } = await (await come('police')).send('GET', '/api/v1/session');
		assert.equal(json.strong, true);
	});

	await test('16: a citizen\'s session is none of staff: the role that he gets needs the second factor', async () => {
		const b = await come('father');
		w.sql(`UPDATE account SET role = 'operator' WHERE name = 'father'`);
		assert.equal(await b.status(), 401);
		w.sql(`UPDATE account SET role = 'citizen' WHERE name = 'father'`);
		assert.equal(await b.status(), 200);
	});

	const enter = (code, name = 'police') => w.http('POST', '/api/v1/session', { json: { name, password: words, totp: code } });

	await test('43: a code counts once, not in another session, not later; the one before no more', async () => {
		fresh();
		const code = oneTimeCode(secrets.police);
		assert.equal((await enter(code)).status, 200);
		assert.equal((await enter(code)).status, 401);
		assert.equal((await enter(oneTimeCode(secrets.police, -1))).status, 401);
		fresh();
		for (const off of [-20, -3, 3, 20])
			assert.equal((await enter(oneTimeCode(secrets.police, off))).status, 401, `${off} steps`);
		assert.equal((await enter(oneTimeCode(secrets.operator))).status, 401, 'somebody else\'s');
		assert.equal((await enter(oneTimeCode(secrets.police))).status, 200, 'a wrong one uses none up');
	});

	await test('43: the same code from ten at once: one comes in', async () => {
		fresh();
		const code = oneTimeCode(secrets.police);
		const answers = await Promise.all(Array.from({ length: 10 }, () => enter(code)));
		assert.equal(answers.filter((a) => a.status === 200).length, 1);
	});

	await test('43: ten guesses, then the right one waits', async () => {
		fresh();
		for (const code of ['000000', '111111', '12345', '1234567', '', 'abcdef', '000001', '000002', '000003', '000004'])
			assert.equal((await enter(code)).status, 401, code);
		assert.equal((await enter(oneTimeCode(secrets.police))).status, 429);
	});

	await test('43: the secret is shown once and stored sealed', async () => {
		const made = await w.run('account', 'totp', 'operator');
		assert.match(made.stdout, /^otpauth:\/\/totp\/yijianshi:operator\?secret=[A-Z2-7]{32}&issuer=yijianshi&algorithm=SHA1&digits=6&period=30\n$/);
		const secret = new URL(made.stdout.trim()).searchParams.get('secret');
		assert.notEqual(secret, secrets.operator);
		assert.ok(!w.sql(`SELECT encode(sealed, 'escape') FROM totp`).join().includes(secret));
		fresh();
		assert.equal((await enter(oneTimeCode(secrets.operator), 'operator')).status, 401, 'the old one is worth nothing');
		assert.equal((await enter(oneTimeCode(secret), 'operator')).status, 200);
		secrets.operator = secret;
	});

	/* --- 44: passwords --- */

	const change = async (b, old, password) => {
		fresh();
		return b.send('POST', '/api/v1/session/password', { json: { old, new: password } });
	};

	await test('44: too short, too common, like the name: refused, by page and command line', async () => {
		const b = await come('mother');
		for (const bad of ['seven77', '七个字不够长啊', '12345678', 'password1', 'qwertyuiop', 'a123456789', 'iloveyou1', 'mother2026',
			'11111111', 'x'.repeat(257)]) {
			const answer = await change(b, words, bad);
			assert.equal(answer.status, 422, bad);
			assert.equal(answer.json.type, '/problems/weak-password');
			assert.equal((await w.feed(`${bad}\n`, 'account', 'password', 'mother')).status, 1, bad);
		}
		assert.equal(await b.status(), 200, 'nothing changed');
		assert.equal((await w.feed('', 'account', 'password', 'mother')).status, 1);
		assert.equal((await w.feed(`${words}\n`, 'account', 'password', 'no such')).status, 1);
	});

	await test('44: exactly as typed, to the last byte', async () => {
		const long = `${'Aa1 '.repeat(16)}`, longer = `${'kettle & fish '.repeat(8)}!`;
		let last = words;
		for (const password of [long, longer, '密码 要牢记\u3000不外传啊', 'cafe\u0301 au lait 9', ' blanks around it ']) {
			fresh();
			const b = new Browser(w);
			assert.equal((await b.login('mother', last)).status, 200);
			assert.equal((await change(b, last, password)).status, 204, password);
			for (const near of [password.trim(), password.slice(0, -1), password.slice(0, 72), password.normalize('NFC'),
				password.toUpperCase()])
				if (near !== password)
					assert.equal((await guess('mother', near)).status, 401, near);
			last = password;
		}
		fresh();
		assert.equal((await guess('mother', last)).status, 200);
		await w.password('mother', words);
	});

	await test('44: without the old one, or with a wrong one, none is changed; guessing it is counted', async () => {
		const b = await come('mother');
		assert.equal((await change(b, 'not the one at all', other_words)).status, 403);
		fresh();
		for (const json of [{ new: other_words }, { old: words }, { old: words, new: 5 }, { old: words, new: other_words, role: 'operator' },
			[], 'x'])
			assert.equal((await b.send('POST', '/api/v1/session/password', { json })).status, 400);
		fresh();
		let last;
		for (let i = 0; i < 11; i++)
			last = await b.send('POST', '/api/v1/session/password', { json: { old: `wrong one ${i} of many`, new: other_words } });
		assert.equal(last.status, 429);
		fresh();
		assert.equal((await guess('mother', words)).status, 200);
		assert.equal((await w.http('POST', '/api/v1/session/password', { who: 'mother', json: { old: words, new: other_words } })).status,
			401, 'the token of before went with the password of before');
	});

	await test('44: a program\'s token changes no password and leaves no session', async () => {
		w.tokens.mother = (await w.run('account', 'token', 'mother')).stdout.trim();
		for (const [method, target, json] of [['POST', '/api/v1/session/password', { old: words, new: other_words }],
			['POST', '/api/v1/session/proof', { password: words }], ['DELETE', '/api/v1/session', undefined]])
			assert.equal((await w.http(method, target, { who: 'mother', json })).status, 403, target);
	});

	/* --- 45: time --- */

	await test('45: half an hour without a request, or twelve hours, end it: the database\'s clock counts', async () => {
		for (const [sql, status] of [[`UPDATE session SET seen_at = now() - interval '29 minutes' WHERE token IN`, 200],
			[`UPDATE session SET seen_at = now() - interval '31 minutes' WHERE token IN`, 401],
			[`UPDATE token SET made_at = now() - interval '11 hours 59 minutes' WHERE id IN`, 200],
			[`UPDATE token SET made_at = now() - interval '12 hours 1 minute' WHERE id IN`, 401]]) {
			const b = await come('mother');
			w.sql(`${sql} ${sessions('mother')}`);
			assert.equal(await b.status(), status, sql);
			if (status === 200)
				assert.equal(w.sql(`SELECT count(*) FROM session WHERE token IN ${sessions('mother')} AND seen_at > now() - interval '1 minute'`)[0]
					> 0, true, 'a request keeps it');
		}
	});

	await test('45: one sees one\'s own sessions and ends them, nobody else\'s', async () => {
		w.sql(`UPDATE token SET revoked_at = now() WHERE id IN ${sessions('mother')} OR id IN ${sessions('father')}`);
		const [one, two, stranger] = [await come('mother'), await come('mother'), await come('father')];
		const { json: { sessions: list } } = await one.send('GET', '/api/v1/sessions');
		assert.equal(list.length, 2);
		assert.deepEqual(list.map((s) => s.current), [false, true]);
		assert.deepEqual(Object.keys(list[0]).sort(), ['current', 'id', 'made_at', 'seen_at', 'strong']);
		for (const id of [list[0].id, '0', '-1', '1e3', 'x', '99999999999999999999', `${list[0].id} `])
			assert.equal((await stranger.send('DELETE', `/api/v1/sessions/${encodeURIComponent(id)}`)).status, 404, id);
		assert.equal(await two.status(), 200);
		assert.equal((await one.send('DELETE', `/api/v1/sessions/${list[0].id}`)).status, 204);
		assert.deepEqual([await two.status(), await one.status()], [401, 200]);
	});

	await test('45: what binds needs a password typed not long ago', async () => {
		const b = await come('mother');
		w.sql(`UPDATE session SET proved_at = now() - interval '16 minutes' WHERE token IN ${sessions('mother')}`);
		const file = (key) => b.send('POST', '/api/v1/applications', { json: birth(), key });
		const late = await file('unproved');
		assert.equal(late.status, 403);
		assert.equal(late.json.type, '/problems/proof-needed');
		assert.equal((await b.send('GET', '/api/v1/session')).json.proved, false);
		assert.equal((await b.send('POST', '/api/v1/session/proof', { json: { password: 'not the one at all' } })).status, 403);
		assert.equal((await file('unproved')).status, 403);
		assert.equal((await b.send('POST', '/api/v1/session/proof', { json: { password: words } })).status, 204);
		assert.equal((await file('unproved')).status, 201);
	});

	await test('45: a yes or no to what somebody asks binds as a filing does', async () => {
		const { form } = demoForm('marriage'), man = idNumber(100, false, '19930708'), woman = idNumber(100, true, '19950312');
		for (const [name, id, full] of [['he', man, form.man_name], ['she', woman, form.woman_name]])
			await w.account(name, 'citizen', { id, full });
		await w.password('she', words);
		const { number } = await w.accepted('he', { event: 'marriage', form: { ...form, man_id_no: man, woman_id_no: woman } });
		const b = await come('she'), willing = (key) => b.send('POST', `/api/v1/applications/${number}/signatures`,
			{ json: { sign: 'partner_willing', agrees: true }, key });
		w.sql(`UPDATE session SET proved_at = now() - interval '16 minutes' WHERE token IN ${sessions('she')}`);
		const late = await willing('unproved');
		assert.deepEqual([late.status, late.json.type], [403, '/problems/proof-needed']);
		assert.deepEqual((await w.show('he', number)).signs.map((s) => s.status), ['asked'], 'nothing was said');
		assert.equal((await b.send('POST', '/api/v1/session/proof', { json: { password: words } })).status, 204);
		assert.equal((await willing('unproved')).status, 200);
	});

	/* --- the pages, as a browser without a script uses them --- */

	const jar = {};
	const page = async (method, target, form, headers = {}) => {
		const answer = await request(w.port, { method, path: target, body: form && new URLSearchParams(form).toString(),
			headers: { Accept: 'text/html', ...(jar.cookie ? { Cookie: jar.cookie } : {}),
				...(form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}), ...headers } });
		for (const set of answer.headers['set-cookie'] || [])
			jar.cookie = set.includes('Max-Age=0') ? undefined : set.split(';')[0];
		return answer;
	};
	const hidden = (text, name) => (new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(text) || [])[1];

	await test('the login page: what is wrong in words, what was typed still there, then on to where one was', async () => {
		fresh();
		const first = await page('GET', '/login?next=%2Fstatistics%3Fby%3Dday');
		assert.equal(first.status, 200);
		assert.equal(hidden(first.text, 'next'), '/statistics?by=day');
		assert.match(first.headers['content-security-policy'], /form-action 'self'.*frame-ancestors 'none'/);
		const wrong = await page('POST', '/login', { name: 'mother', password: '<script>alert(1)</script>', totp: '', next: '/statistics?by=day' });
		assert.equal(wrong.status, 422);
		assert.match(wrong.text, /role="alert"/);
		assert.match(wrong.text, /name="name"[^>]* value="mother"/);
		assert.ok(!wrong.text.includes('alert(1)'), 'a password is never shown');
		assert.equal(jar.cookie, undefined);
		const right = await page('POST', '/login', { name: 'mother', password: words, totp: '', next: '/statistics?by=day' },
			{ Origin: `http://127.0.0.1:${w.port}`, 'Sec-Fetch-Site': 'same-origin' });
		assert.equal(right.status, 303, right.text);
		assert.equal(right.headers.location, '/statistics?by=day');
		assert.match(right.headers['set-cookie'][0], /^yjs=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
		assert.equal((await page('GET', '/login?next=/statistics')).status, 303, 'who is in goes on');
	});

	await test('11: what was typed as a name comes back as text', async () => {
		fresh();
		for (const name of ['"><img src=x onerror=alert(1)>', "'onfocus='x", '</main><script>x</script>']) {
			const { text } = await page('POST', '/login', { name, password: 'x' });
			assert.ok(!/<img|<script>x|'onfocus/.test(text), text);
		}
	});

	await test('12: a form of another site logs nobody in, confirms nothing, logs nobody out', async () => {
		fresh();
		const { text } = await page('GET', '/logout');
		const _csrf = hidden(text, '_csrf');
		assert.match(_csrf, /^[A-Za-z0-9_-]{43}$/);
		for (const [target, form] of [['/login', { name: 'mother', password: words }], ['/logout', { _csrf }], ['/prove', { _csrf, password: words }]])
			for (const headers of [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }])
				assert.equal((await page('POST', target, form, headers)).status, 403, `${target} ${JSON.stringify(headers)}`);
		for (const forged of [{}, { _csrf: '' }, { _csrf: `${_csrf.slice(0, -1)}!` }])
			for (const target of ['/logout', '/prove'])
				assert.equal((await page('POST', target, { ...forged, password: words })).status, 403, target);
		assert.equal((await page('GET', '/logout')).status, 200, 'still in');
	});

	await test('45: the page that asks for the password again', async () => {
		fresh();
		w.sql(`UPDATE session SET proved_at = now() - interval '16 minutes' WHERE token IN ${sessions('mother')}`);
		const asked = await page('GET', '/prove?next=/statistics');
		const form = { _csrf: hidden(asked.text, '_csrf'), next: hidden(asked.text, 'next') };
		assert.equal((await page('POST', '/prove', { ...form, password: 'not the one at all' })).status, 422);
		const done = await page('POST', '/prove', { ...form, password: words });
		assert.equal(done.status, 303, done.text);
		assert.equal(done.headers.location, '/statistics');
		const { json } = await w.http('GET', '/api/v1/session', { headers: { Cookie: jar.cookie } });
		assert.equal(json.proved, true);
	});

	await test('leaving by the page: the session is over, for the cookie too', async () => {
		const { cookie } = jar;
		const { text } = await page('GET', '/logout');
		const gone = await page('POST', '/logout', { _csrf: hidden(text, '_csrf') });
		assert.equal(gone.status, 303);
		assert.equal(jar.cookie, undefined);
		assert.equal((await w.http('GET', '/api/v1/session', { headers: { Cookie: cookie } })).status, 401);
		jar.cookie = cookie;
		assert.equal((await page('GET', '/logout')).headers.location, '/');
		assert.equal(jar.cookie, undefined, 'a dead cookie is taken away');
		assert.match((await page('GET', '/prove?next=/statistics')).headers.location, /^\/login\?next=/);
	});

	await test('36: after the login one goes on within this site only', async () => {
		for (const next of ['//evil', '/\\evil', 'https:evil', 'https://evil.example', '/%0d%0aSet-Cookie:x=1', '/\r\nX: y', 'javascript:alert(1)',
			'/\tevil', ' //evil', 'evil', '', '/\u3000evil', '\\\\evil']) {
			fresh();
			const target = `/login?next=${next.includes('%0d') ? next : encodeURIComponent(next)}`;
			const shown = await page('GET', target);
			assert.ok(shown.status === 400 || hidden(shown.text, 'next') === '/', target);
			const answer = await page('POST', '/login', { name: 'mother', password: words, next });
			assert.equal(answer.status, 303);
			assert.equal(answer.headers.location, next.includes('%0d') ? next : '/', target);
			assert.equal(answer.headers.x, undefined);
			jar.cookie = undefined;
		}
	});

	await w.stop();
});
