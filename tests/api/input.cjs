/* input.cjs: whatever comes in, the answer is a 4xx that says what to do, or it is stored as it is.
 * Never a 5xx, never half of it, never more than was asked for.
 */
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { assert, birth, birthForm, idNumber, request, suite, World } = require('./harness.cjs');

const post = '/api/v1/applications', plan = '/api/v1/events/birth/plan';

/* Bytes over a plain connection; what came back until it was closed or nothing moved for `ms`. */
function once(port, text, ms = 60000) {
	return new Promise((done) => {
		const socket = net.connect(port, '127.0.0.1');
		let got = '';
		const end = () => { socket.destroy(); done(got); };
		socket.setTimeout(ms, end);
		socket.on('data', (part) => { got += part; });
		socket.on('close', () => done(got));
		socket.on('error', () => {});
		socket.end(Buffer.isBuffer(text) ? text : Buffer.from(text, 'latin1'));
	});
}

/* The same, until something comes back: what was not read any more resets the connection, and that may overtake the answer. */
async function bytes(port, text) {
	let told = '';
	for (let i = 0; !told && i < 20; i++)
		told = await once(port, text);
	return told;
}

suite(async (test) => {
	const w = await World.start();

	await w.account('anna', 'citizen', { id: idNumber(1) });
	const stored = () => Number(w.sql('SELECT count(*) FROM application')[0]);
	const raw = (body, options = {}) => w.http('POST', post, { who: 'anna', body, key: `k${Math.random()}`, ...options });
	const refused = async (form, more) => {
		const answer = await w.file('anna', { event: 'birth', form, ...more });
		assert.equal(answer.status, 422, answer.text.slice(0, 300));
		return answer.json.errors.map((e) => `${e.pointer} ${e.code}`).sort();
	};

	const good = JSON.stringify(birth());
	const unreadable = {
		'nothing': '', 'a blank': ' ', 'a word': 'hello', 'cut': good.slice(0, -1), 'trailing bytes': `${good}x`,
			'two documents': good + good,
		'an array': '[]', 'a number': '1', 'null': 'null', 'a string': '"x"', 'NaN': '{"event":NaN}', 'Infinity': '{"form":{"a":1e400}}',
		'a key twice': '{"event":"birth","event":"birth","form":{}}',
			'a key twice inside': '{"event":"birth","form":{"child_name":"a","child_name":"b"}}',
		'a comment': `/* */${good}`, 'single quotes': "{'event':'birth'}", 'a comma too many': '{"event":"birth",}',
		'NUL in a string': '{"event":"birth\\u0000","form":{}}', 'NUL byte': good.replace('birth', 'bir\0th'),
			'a control character': '{"event":"bi\nrth"}',
		'a lone surrogate': '{"event":"\\ud800","form":{}}', 'a byte order mark': `\ufeff${good}`,
		'bytes that are not UTF-8': Buffer.concat([Buffer.from('{"event":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
		'overlong UTF-8': Buffer.concat([Buffer.from('{"event":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
		'a UTF-8 surrogate': Buffer.concat([Buffer.from('{"event":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
		'depth 33': `{"event":"birth","form":{"a":${'['.repeat(31)}${']'.repeat(31)}}}`,
		'depth 2048': '['.repeat(2048), 'depth 100000': '{"a":'.repeat(40000),
		'UTF-16': Buffer.from(good, 'utf16le'),
			'eighty thousand empty objects': `{"event":"birth","form":{"a":[${'{},'.repeat(80000)}0]}}`,
			'an integer beyond 64 bits': '{"event":"birth","form":{"gestation_weeks":99999999999999999999}}',
	};
	await test('21: what is not a JSON object is 400 not-readable', async () => {
		for (const [what, body] of Object.entries(unreadable))
			for (const target of [post, plan]) {
				const answer = await w.http('POST', target, { who: 'anna', body, key: 'x' });
				assert.equal(answer.status, 400, `${what} at ${target}: ${answer.text.slice(0, 200)}`);
				assert.match(answer.json.type, /not-readable$/, what);
			}
	});

	await test('depth 32 is read', async () => {
		const answer = await raw(`{"event":"birth","form":{"a":${'['.repeat(30)}${']'.repeat(30)}}}`);
		assert.equal(answer.status, 422, answer.text);
	});

	await test('21: too large is 413, told before the body is read', async () => {
		for (const body of [`{"event":"birth","form":{"a":"${'x'.repeat(300000)}"}}`, '['.repeat(1e6),
			`{"event":"birth","form":{${Array.from({ length: 1e5 }, (_, i) => `"k${i}":0`).join()}}}`, `"${'x'.repeat(11e6)}"`]) {
			const answer = await raw(body, { headers: { Connection: 'close' } }).catch((e) => e.code);
			assert.ok(answer === 'EPIPE' || answer === 'ECONNRESET' || answer.status === 413, `${answer.status || answer}`);
		}
		const told = await bytes(w.port,
			`POST ${post} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{`);
		assert.match(told, /^HTTP\/1\.1 413 /);
	});

	await test('21: tens of thousands of members that nobody asked for are told, and with a body', async () => {
		for (const n of [1000, 20000]) { /* what grows with its square takes minutes: there is no answer then */
			const form = Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, 0]));
			const answer = await w.file('anna', { event: 'birth', form });
			assert.equal(answer.status, 422);
			assert.ok(answer.json.errors.some((e) => e.code === 'unknown_field' || e.code === 'required'), answer.text.slice(0, 200));
		}
	});

	await test('21: a wrong or missing Content-Type is 415', async () => {
		for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application/jsonx',
			'application/json; charset=gbk',
			'multipart/form-data; boundary=x', 'application/json, text/plain']) {
			const answer = await raw(good, { type });
			assert.equal(answer.status, 415, `${type}: ${answer.status}`);
		}
		const answer = await raw(good, { type: null });
		assert.ok([400, 415].includes(answer.status), `${answer.status}`);
		assert.equal((await w.http('POST', plan, { body: good, type: 'text/plain' })).status, 415);
	});

	await test('application/json; charset=utf-8 is what it is', async () => {
		const answer = await raw(JSON.stringify(birth()), { type: 'application/json; charset=utf-8' });
		assert.equal(answer.status, 201, answer.text);
	});

	await test('9: members that the server sets are refused: status, owner, version, number and the like', async () => {
		const before = stored();
		for (const name of ['status', 'owner', 'account', 'version', 'number', 'id', 'role', 'division', 'filed_by', 'submitted_at',
			'created_at',
			'approved', 'price', 'items', 'history', '__proto__', 'constructor', 'Event', 'event ', '']) {
			const answer = await raw(`${good.slice(0, -1)},${JSON.stringify(name)}:"finished"}`);
			assert.equal(answer.status, 422, `${name}: ${answer.status} ${answer.text}`);
			assert.equal(answer.json.errors[0].code, 'unknown_field', name);
		}
		assert.equal(stored(), before);
		for (const name of ['status', 'child_id_no', 'birth_cert_no', 'person', '__proto__']) {
			const form = JSON.parse(`${JSON.stringify(birthForm()).slice(0, -1)},${JSON.stringify(name)}:"x"}`);
			const body = `{"event":"birth","form":${JSON.stringify(birthForm()).slice(0, -1)},${JSON.stringify(name)}:"x"}}`;
			const answer = await raw(body);
			assert.equal(answer.status, 422, name);
			assert.ok(answer.json.errors.some((e) => e.pointer === `/form/${name}` && ['unknown_field', 'not_asked'].includes(e.code)),
				`${name}: ${JSON.stringify(answer.json.errors)} ${Object.keys(form).length}`);
		}
	});

	await test('an unknown event, none, or one of another type is told at /event', async () => {
		for (const [event, code] of [['divorce', 'unknown_code'], ['', 'unknown_code'], ['Birth', 'unknown_code'], [undefined, 'required'],
			['../events/birth', 'unknown_code'], ['birth\n', 'unknown_code']]) {
			const answer = await w.file('anna', { event, form: birthForm() });
			assert.deepEqual([answer.status, answer.json.errors[0].pointer, answer.json.errors[0].code], [422, '/event', code], `${event}`);
		}
		for (const event of [1, true, null, [], {}])
			assert.equal((await w.file('anna', { event, form: birthForm() })).json.errors[0].pointer, '/event');
		for (const event of ['divorce', '..%2fbirth', 'birth.lua', '%00'])
			assert.ok([400, 404].includes((await w.http('GET', `/api/v1/events/${event}`)).status), event);
		assert.equal((await w.http('POST', '/api/v1/events/divorce/plan', { json: { form: {} } })).status, 404);
	});

	await test('form, choices and materials of another type are told where they stand', async () => {
		for (const [more, pointer] of [[{ form: undefined }, '/form'], [{ form: [] }, '/form'], [{ form: 'x' }, '/form'],
			[{ choices: [] }, '/choices'],
			[{ choices: 'all' }, '/choices'], [{ materials: [] }, '/materials'], [{ materials: { handbook: 'nobody\'s' } },
				'/materials']]) {
			const answer = await w.file('anna', { ...birth(), ...more });
			assert.equal(answer.status, 422, JSON.stringify(more));
			assert.ok(answer.json.errors[0].pointer.startsWith(pointer), `${JSON.stringify(more)}: ${answer.json.errors[0].pointer}`);
		}
		for (const [choices, code] of [[{ nothing: true }, 'unknown_field'], [{ birth_certificate: false }, 'not_chosen'],
			[{ hukou_birth: 'yes' }, 'type']]) {
			const errors = (await w.file('anna', { ...birth(), choices })).json.errors;
			assert.deepEqual(errors.map((e) => [e.pointer, e.code]), [[`/choices/${Object.keys(choices)[0]}`, code]]);
		}
	});

	await test('an empty form: every question that is asked, none twice, each with a sentence in Chinese', async () => {
		const answer = await w.file('anna', { event: 'birth', form: {} });
		const pointers = answer.json.errors.map((e) => e.pointer);
		assert.equal(new Set(pointers).size, pointers.length);
		assert.ok(pointers.includes('/form/child_name') && pointers.includes('/form/consent_signed') && pointers.length > 25);
		for (const e of answer.json.errors)
			assert.match(e.message, /[\u4e00-\u9fff]/, e.pointer);
		const english = await w.file('anna', { event: 'birth', form: {} }, { headers: { 'Accept-Language': 'en' } });
		assert.ok(english.json.errors.every((e) => /[a-z]/.test(e.message)), 'in the caller\'s language');
	});

	const wrong = [
		[{ mother_id_no: '330111199503120024' }, '/form/mother_id_no check_digit'],
		[{ mother_id_no: '33011119950312002x' }, '/form/mother_id_no format'],
		[{ mother_id_no: '3301111995031200' }, '/form/mother_id_no length'],
		[{ mother_phone: '12345678901' }, '/form/mother_phone format'],
		[{ child_sex: '3' }, '/form/child_sex unknown_code'],
		[{ child_sex: 2 }, '/form/child_sex type'],
		[{ birth_datetime: '2199-01-01T00:00:00+08:00' }, '/form/birth_datetime too_late'],
		[{ birth_datetime: '2026-02-30T00:00:00+08:00' }, '/form/birth_datetime date'],
		[{ gestation_weeks: 60 }, '/form/gestation_weeks too_large'],
		[{ gestation_weeks: '39' }, '/form/gestation_weeks type'],
		[{ consent_signed: false }, '/form/consent_signed required'],
		[{ hukou_address: { division: '330111001001', text: 'x', extra: 1 } }, '/form/hukou_address unknown_field'],
		[{ hukou_address: { division: '999999', text: '某处' } }, '/form/hukou_address unknown_code'],
		[{ hukou_address: '富阳' }, '/form/hukou_address type'],
		[{ parents_married: 'yes' }, '/form/parents_married type'],
		[{ child_name: null }, '/form/child_name required'],
		[{ marriage_cert_no: undefined }, '/form/marriage_cert_no required'],
		[{ delivery_name: '李秀兰' }, '/form/delivery_name not_asked'],
		[{ bank_account: '6217000000000000004' }, '/form/bank_account not_asked'],
	];
	await test('each wrong answer is told where it stands, and nothing else is', async () => {
		const before = stored();
		for (const [changes, expected] of wrong)
			assert.deepEqual(await refused(birthForm(changes)), [expected], JSON.stringify(changes));
		const all = Object.assign({}, wrong[0][0], wrong[3][0], wrong[4][0]);
		assert.deepEqual(await refused(birthForm(all)), [wrong[0][1], wrong[3][1], wrong[4][1]].sort(), 'several at once');
		assert.equal(stored(), before);
	});

	await test('the plan refuses what the application refuses, in the same words', async () => {
		for (const [changes] of wrong.slice(0, 8)) {
			const form = birthForm(changes);
			const asked = await w.http('POST', plan, { who: 'anna', json: { form } });
			const filed = await w.file('anna', { event: 'birth', form });
			assert.equal(asked.status, 422);
			assert.deepEqual(asked.json.errors, filed.json.errors);
		}
	});

	const hostile = ["Robert'); DROP TABLE application;--", "' OR 1=1--", '\\', '\\\'', '"', '$1', '$$', '%s%n%x', '%', '_', '{{7*7}}',
		'${7*7}', '<script>alert(1)</script>',
		'"><img src=x onerror=alert(1)>', 'javascript:alert(1)', '</textarea>', '=1+1', '@SUM(1)', '+1', '\u202e反', '😀', 'é', '\u2028',
			'张\u200b三', '||pg_sleep(5)||',
		'../../etc/passwd', 'a'.repeat(100)];
	await test('10, 11: hostile texts are stored and sent on literally', async () => {
		for (const text of hostile) {
			const form = birthForm({ hukou_address: { division: '330111001001', text } });
			const answer = await w.file('anna', { event: 'birth', form });
			if (answer.status !== 201) { /* refused with a sentence is right too, for characters that no address has */
				assert.deepEqual(answer.json.errors.map((e) => [e.pointer, e.code]), [['/form/hukou_address', 'format']], text);
				assert.ok(/[\u200b\u2028\u202e]/.test(text), text);
				continue;
			}
			const done = await w.finished('anna', answer.json.number);
			assert.equal(w.gate.find(done.number, 'hukou_birth').json.data.hukou_address.text, text);
		}
		assert.ok(stored() > 0, 'the table is still there');
	});

	await test('control characters are refused where text is asked for', async () => {
		for (const text of ['a\u0001b', 'a\u001bb', 'a\r\nb', '\u007f', '   '])
			assert.deepEqual(await refused(birthForm({ hukou_address: { division: '330111001001', text } })),
				['/form/hukou_address format'], JSON.stringify(text));
		assert.deepEqual(await refused(birthForm({ hukou_address: { division: '330111001001', text: '长'.repeat(100000 / 3) } })),
			['/form/hukou_address length']);
	});

	await test('10: hostile words in every parameter of a list: 400 or none found', async () => {
		for (const name of ['limit', 'cursor', 'status', 'event', 'q', 'sort', 'order'])
			for (const text of [...hostile, '-1', '0', '201', '1e9', '9'.repeat(400), '', '\0', '0x10', ' 1', '1 ', '00000000000000ff',
				'f'.repeat(16), '7'.repeat(16)]) {
				const answer = await w.http('GET', `/api/v1/applications?${name}=${encodeURIComponent(text)}`, { who: 'anna' });
				assert.ok([200, 400].includes(answer.status), `${name}=${text}: ${answer.status}`);
				if (['limit', 'status'].includes(name) && /[^0-9]/.test(text))
					assert.equal(answer.status, 400, `${name}=${text}`);
			}
		for (const query of ['limit=1&limit=2', 'status=finished&status=finished', 'q=a&q=b', 'cursor=a&cursor=b'])
			assert.ok([200, 400].includes((await w.http('GET', `/api/v1/applications?${query}`, { who: 'anna' })).status), query);
		assert.equal((await w.http('GET', '/api/v1/applications?limit=1&limit=2', { who: 'anna' })).status, 400);
		assert.equal((await w.http('GET', '/api/v1/applications?status=open', { who: 'anna' })).status, 400);
		for (const [length, status] of [[65, 400], [1000, 400], [7000, 414]])
			assert.equal((await w.http('GET', `/api/v1/applications?q=${'a'.repeat(length)}`, { who: 'anna' })).status, status);
		const headers = { Authorization: `Bearer ${w.tokens.anna}` };
		const long = await request(w.port, { path: `/api/v1/applications?q=${'a'.repeat(100000)}`,
			headers }).catch((e) => ({ status: e.code }));
		assert.ok([400, 414, 431, 'ECONNRESET', 'EPIPE'].includes(long.status), `${long.status}`);
	});

	await test('10: hostile words in the statistics\' parameters: 400', async () => {
		await w.account('operator', 'operator');
		for (const name of ['from', 'to', 'division', 'by'])
			for (const text of [...hostile, '2026-02-30', '2026-1-1', 'today', '33011', '3301110'])
				assert.equal((await w.http('GET', `/api/v1/statistics?${name}=${encodeURIComponent(text)}`,
					{ who: 'operator' })).status, 400, `${name}=${text}`);
	});

	await test('hostile headers: 400, 401 or ignored', async () => {
		for (const text of hostile.map((t) => Buffer.from(t).toString('latin1')).filter((t) => !/[\0\r\n]/.test(t))) {
			for (const name of ['Accept-Language', 'Cookie', 'User-Agent', 'X-Request-Id', 'traceparent']) {
				const answer = await w.http('GET', '/api/v1/applications', { who: 'anna', headers: { [name]: text } });
				assert.equal(answer.status, 200, `${name}: ${text}`);
			}
			assert.equal((await w.http('GET', '/api/v1/applications', { headers: { Authorization: `Bearer ${text}` } })).status, 401, text);
		}
	});

	await test('22: broken requests: 400 and closed, one answer to one request', async () => {
		const head = `POST ${post} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`;
		for (const text of [`${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
			`${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
			`${head}Content-Length: +2\r\n\r\n{}`, `${head}Content-Length: 0x2\r\n\r\n{}`,
				`${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
			`${head}Host: b\r\nContent-Length: 2\r\n\r\n{}`, 'GET /healthz HTTP/1.1\r\n\r\n', 'GET /healthz HTTP/3.0\r\nHost: a\r\n\r\n',
			'GET /healthz HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n', 'GET /healthz HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n',
				'get /healthz HTTP/1.1\r\nHost: a\r\n\r\n',
			`${head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`]) {
			const told = await bytes(w.port, text);
			assert.match(told, /^HTTP\/1\.1 (400|405|501|505|413) /, JSON.stringify(text.slice(0, 120)));
			assert.equal(told.split('HTTP/1.1 ').length, 2, 'one answer');
		}
		assert.match(await bytes(w.port, `GET /healthz HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(400)}\r\n`), /^HTTP\/1\.1 (431|400) /);
		assert.match(await bytes(w.port, `GET /${'a'.repeat(20000)} HTTP/1.1\r\nHost: a\r\n\r\n`), /^HTTP\/1\.1 (414|400|431) /);
	});

	await test('what was said of people stays out of the problem documents', async () => {
		const form = birthForm({ mother_id_no: '330111199503120024' });
		const { text } = await w.file('anna', { event: 'birth', form });
		for (const name of ['child_name', 'mother_id_no', 'mother_phone'])
			assert.ok(!text.includes(form[name]), name);
		const { text: broken } = await raw(`{"event":"birth","form":{"child_name":"${form.child_name}"`);
		assert.ok(!broken.includes(form.child_name));
	});

	await test('24: a problem tells no path, version, SQL or stack', async () => {
		for (const answer of [await raw('x'), await w.http('GET', '/nothing'), await w.http('GET', '/api/v1/applications/x',
			{ who: 'anna' }),
			await raw(good, { type: 'text/plain' }), await w.file('anna', { event: 'x', form: {} })])
			assert.doesNotMatch(`${answer.text}${JSON.stringify(answer.headers)}`,
				/\.c\b|core\/|SELECT|postgres|libmicrohttpd|jansson|0x[0-9a-f]{6}/i);
	});

	await test('30: log lines stay lines, whatever is asked', async () => {
		await w.http('GET', '/api/v1/applications/%0a%1b%5b31mfake%0d%0a<3>forged', { who: 'anna' });
		await w.http('GET', `/api/v1/events/${encodeURIComponent('a\r\n<3>forged\u2028b')}`);
		for (const line of fs.readFileSync(w.node.log, 'utf8').split('\n').filter(Boolean))
			assert.match(line, /^<[0-7]>/, line);
		assert.ok(!fs.readFileSync(w.node.log, 'utf8').split('\n').some((l) => l.startsWith('<3>forged')));
	});

	await test('the node is alive, ready, and its books are right', async () => {
		assert.equal((await request(w.port, { path: '/healthz' })).status, 200);
		await w.finished('anna', (await w.accepted('anna', birth())).number);
		await w.verify();
	});

	await w.stop();
});
