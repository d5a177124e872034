/* files.cjs: papers. What may be uploaded and what not, whose they are, how they ride in an application
 * to the departments that are told of them and to nobody else, and that many at once cost no more
 * memory than they are allowed.
 */
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const { assert, birth, birthForm, childName, idNumber, now, request, sign, sleep, suite, until, World } = require('./harness.cjs');
const paper = require('../papers.cjs');

const MOST = 10 << 20;
const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const item = (a, id) => a.items.find((i) => i.id === id);

/* The father's card is to be photographed: a material that only an upload gives. */
const byPhoto = (changes) => ({ father_authorised: false, ...changes });

suite(async (test) => {
	const w = await World.start();

	await w.account('anna', 'citizen', { id: idNumber(1), full: '李秀兰' });
	await w.account('berta', 'citizen', { id: idNumber(2) });
	await w.account('agent', 'agent', { divisions: ['330111'] });
	await w.account('health_clerk', 'clerk', { department: 'health', divisions: ['330111'] });
	await w.account('tax_clerk', 'clerk', { department: 'tax', divisions: ['330111'] });
	await w.account('operator', 'operator');

	const upload = (who, body, more = {}) => w.http('POST', '/api/v1/files', { who, body, type: null, ...more });
	const taken = async (who, body) => {
		const answer = await upload(who, body);
		assert.equal(answer.status, 201, answer.text);
		return answer.json;
	};
	const fetched = (who, id, more) => w.http('GET', `/api/v1/files/${id}`, { who, ...more });

	await test('23: each type is known by its content, whatever it is called', async () => {
		const types = { pdf: 'application/pdf', jpg: 'image/jpeg', png: 'image/png', ofd: 'application/ofd' };
		for (const [type, media] of Object.entries(types)) {
			const bytes = paper[type]();
			const answer = await upload('anna', bytes, { headers: { 'Content-Type': 'text/plain' } });
			assert.equal(answer.status, 201, answer.text);
			const { id, ...rest } = answer.json;
			assert.match(id, /^330111-[0-9A-HJKMNP-TV-Z]{13}$/);
			assert.deepEqual(rest, { sha256: sha256(bytes), size: bytes.length, type });
			assert.equal(answer.headers.location, `/api/v1/files/${id}`);
			const back = await fetched('anna', id);
			assert.equal(back.status, 200, back.text);
			assert.ok(back.bytes.equals(bytes));
			assert.equal(back.headers['content-type'], media);
			assert.equal(back.headers['content-disposition'], `attachment; filename="${id}.${type}"`);
			assert.equal(back.headers['x-content-type-options'], 'nosniff');
		}
	});

	await test('23: what is none of them, or not whole, is 415 with a sentence', async () => {
		const bad = { nothing: Buffer.alloc(0), words: Buffer.from('hello'), gif: Buffer.from('GIF89a....'), zip: paper.zip('a.txt'),
			'half a pdf': paper.pdf(5000).subarray(0, 4000), 'half a picture': paper.png().subarray(0, 40),
			form: Buffer.from('--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n%PDF-1.7') };
		for (const [what, bytes] of Object.entries(bad)) {
			const answer = await upload('anna', bytes);
			assert.equal(answer.status, 415, what);
			assert.equal(answer.json.type, '/problems/media-type', what);
			assert.match(answer.json.detail, /[。]$/, what);
		}
	});

	await test('23: ten megabytes go in, one byte more is 413, declared or not', async () => {
		const most = paper.pdf(MOST);
		const file = await taken('anna', most);
		assert.equal(file.size, MOST);
		assert.equal(w.sql(`SELECT count(*), sum(pieces) FROM file WHERE pieces = 40`)[0], '1|40');
		assert.ok((await fetched('anna', file.id)).bytes.equals(most));
		assert.equal((await upload('anna', paper.pdf(MOST + 1))).status, 413);
		const chunked = await upload('anna', paper.pdf(MOST + 1), { headers: { 'Transfer-Encoding': 'chunked' } }).catch((e) => e.code);
		assert.ok(chunked.status === 413 || chunked === 'ECONNRESET' || chunked === 'EPIPE', JSON.stringify(chunked.status ?? chunked));
	});

	await test('1: only who may apply uploads; another person\'s file looks like none', async () => {
		assert.equal((await upload(undefined, paper.pdf())).status, 401);
		for (const who of ['health_clerk', 'operator'])
			assert.equal((await upload(who, paper.pdf())).status, 403, who);
		const { id } = await taken('anna', paper.pdf());
		const never = await fetched('berta', `${id.slice(0, -4)}0000`);
		assert.equal(never.status, 404);
		for (const who of ['berta', 'agent', 'health_clerk', 'operator']) {
			const answer = await fetched(who, id);
			assert.equal(answer.status, 404, who);
			assert.equal(answer.text, never.text);
		}
		for (const odd of ['x', id.toLowerCase(), `${id}0`, '330111-ZZZZZZZZZZZZZ', '%00', '..'])
			assert.equal((await fetched('anna', odd)).status, odd === '%00' || odd === '..' ? (await fetched('anna', odd)).status : 404, odd);
		assert.equal((await fetched(undefined, id)).status, 401);
		const named = await w.file('berta', birth(byPhoto({ child_name: childName() }), { materials: { father_id_photo: id } }));
		const unknown = await w.file('berta', birth(byPhoto({ child_name: childName() }), { materials: { father_id_photo: '330111-0000000000000' } }));
		for (const answer of [named, unknown]) {
			assert.equal(answer.status, 422);
			const own = answer.json.errors.filter((e) => e.pointer.startsWith('/materials'));
			if (own.length > 0)
				assert.deepEqual(own.map((e) => [e.pointer, e.code]), [['/materials/father_id_photo', 'not_yours']]);
		}
	});

	await test('an application names files: each error points at its material, and nothing is linked', async () => {
		const pdf = await taken('anna', paper.pdf(400, 'one')), png = await taken('anna', paper.png());
		const cases = [
			[{ father_id_photo: 7 }, '/materials/father_id_photo', 'type'],
			[{ father_id_photo: '330111-0000000000000' }, '/materials/father_id_photo', 'not_yours'],
			[{ no_such: pdf.id }, '/materials/no_such', 'unknown_field'],
			[{ birth_certificate_paper: pdf.id }, '/materials/birth_certificate_paper', 'not_asked'],
		];
		for (const [materials, pointer, code] of cases) {
			const answer = await w.file('anna', birth(byPhoto(), { materials }));
			assert.equal(answer.status, 422, answer.text);
			assert.deepEqual(answer.json.errors.map((e) => [e.pointer, e.code]), [[pointer, code]]);
		}
		for (const materials of [[], 'x', 3, null]) {
			const answer = await w.file('anna', birth(byPhoto(), { materials }));
			assert.equal(answer.status, 422);
			assert.equal(answer.json.errors[0].pointer, '/materials');
		}
		assert.equal(w.sql('SELECT count(*) FROM file_use')[0], '0');
		assert.equal(w.sql('SELECT count(*) FROM file WHERE used')[0], '0');
		assert.ok(pdf.id && png.id);
	});

	let told, number, bytes;
	await test('a department is told of the file and fetches it, signed, whole; what it fetched is noted', async () => {
		bytes = paper.pdf(700000, crypto.randomUUID());
		const file = await taken('anna', bytes);
		const made = await w.accepted('anna', birth(byPhoto(), { materials: { father_id_photo: file.id } }));
		number = made.number;
		assert.equal(made.materials.find((m) => m.id === 'father_id_photo').how, 'uploaded');
		const call = await until('the birth certificate is asked for', () => w.gate.find(number, 'birth_certificate'));
		told = call.json.materials.find((m) => m.id === 'father_id_photo');
		assert.equal(told.how, 'uploaded');
		const { url, ...rest } = told.file;
		assert.deepEqual(rest, file);
		assert.equal(url, `http://127.0.0.1:${w.port}/api/v1/departments/health/files/${file.id}?key=${call.key}`);
		const answer = await departmentGet(url);
		assert.equal(answer.status, 200, answer.text);
		assert.ok(answer.bytes.equals(bytes));
		assert.equal(sha256(answer.bytes), rest.sha256);
		assert.deepEqual(w.sql(`SELECT DISTINCT account, fields, why FROM access WHERE why LIKE 'department%'`), ['0|file|department health']);
	});

	/* GET as a department signs it; `change` may spoil it. */
	function departmentGet(url, { department = 'health', change } = {}) {
		const target = url.slice(url.indexOf('/api/'));
		const message = { target, headers: sign(w.secret(department), { direction: 'in', method: 'GET', target, timestamp: now(), body: '' }) };
		if (change)
			change(message);
		return w.http('GET', message.target, { headers: message.headers });
	}

	await test('forged, stale, another department\'s or key\'s: 401, all alike', async () => {
		const { url } = told.file, [base, key] = url.slice(url.indexOf('/api/')).split('?key=');
		const stale = sign(w.secret('health'), { direction: 'in', method: 'GET', target: `${base}?key=${key}`, timestamp: now() - 400, body: '' });
		const outward = sign(w.secret('health'), { direction: 'out', method: 'GET', target: `${base}?key=${key}`, timestamp: now(), body: '' });
		const other = await taken('anna', paper.pdf(500, 'another'));
		const spoiled = {
			unsigned: () => departmentGet(url, { change: (m) => { m.headers = {}; } }),
			stale: () => departmentGet(url, { change: (m) => { m.headers = stale; } }),
			'with another key': () => departmentGet(url.replace(/-1-f$/, '-2-f')),
			'with no key': () => departmentGet(url.replace(/\?.*/, '')),
			'with an odd key': () => departmentGet(url.replace(/key=.*/, 'key=x')),
			'of a file that was not told': () => departmentGet(url.replace(told.file.id, other.id)),
			'of no file': () => departmentGet(url.replace(told.file.id, '330111-0000000000000')),
			'by another department in its own name': () => departmentGet(url.replace('/health/', '/tax/'), { department: 'tax' }),
			'by another department in this one\'s name': () => departmentGet(url, { department: 'tax' }),
			'by no department': () => departmentGet(url.replace('/health/', '/nobody/')),
		};
		const seen = new Set();
		for (const [what, get] of Object.entries(spoiled)) {
			const answer = await get();
			assert.equal(answer.status, 401, what);
			seen.add(answer.text.replace(/"instance":"[^"]*"/, ''));
		}
		assert.equal(seen.size, 1);
		const v2 = await departmentGet(url, { change: (m) => { m.headers = { ...outward, 'X-Signature': undefined }; delete m.headers['X-Signature']; } });
		assert.equal(v2.status, 401);
	});

	await test('who may see the application sees its file, noted before; a clerk only what his department was told', async () => {
		const before = Number(w.sql(`SELECT count(*) FROM access WHERE fields = 'file'`)[0]);
		const answer = await fetched('health_clerk', told.file.id);
		assert.equal(answer.status, 200, answer.text);
		assert.ok(answer.bytes.equals(bytes));
		assert.equal(Number(w.sql(`SELECT count(*) FROM access WHERE fields = 'file'`)[0]), before + 1);
		await w.finished('anna', number);
		assert.equal((await w.http('GET', `/api/v1/applications/${number}`, { who: 'tax_clerk' })).status, 200, 'he may see the application');
		assert.equal((await fetched('tax_clerk', told.file.id)).status, 404);
		assert.equal((await fetched('berta', told.file.id)).status, 404);
		assert.equal((await fetched('anna', told.file.id)).status, 200);
		assert.equal(Number(w.sql(`SELECT count(*) FROM access WHERE fields = 'file'`)[0]), before + 1, 'his own is not noted');
	});

	await test('disclosures name the file that went out', async () => {
		const { told: all } = (await w.http('GET', `/api/v1/applications/${number}/disclosures`, { who: 'anna' })).json;
		assert.deepEqual(all.find((t) => t.item === 'birth_certificate').files, ['father_id_photo']);
		assert.ok(all.filter((t) => t.item !== 'birth_certificate').every((t) => t.files.length === 0));
	});

	await test('the same request again names the same file; a used file may be named again', async () => {
		const key = crypto.randomUUID(), body = birth(byPhoto(), { materials: { father_id_photo: told.file.id } });
		const first = await w.file('anna', body, { key }), second = await w.file('anna', body, { key });
		assert.equal(first.status, 201, first.text);
		assert.equal(second.text, first.text);
		assert.equal(w.sql(`SELECT count(*) FROM file_use u JOIN file f ON f.id = u.file WHERE f.used`)[0],
			w.sql(`SELECT count(*) FROM file_use`)[0]);
	});

	await test('nothing of a file lies in clear in the database', () => {
		const words = Buffer.from(bytes.subarray(0, 60).toString().split('\n')[1]);
		assert.equal(w.sql(`SELECT count(*) FROM file_piece WHERE position('\\x${words.toString('hex')}'::bytea IN bytes) > 0`)[0], '0');
		assert.equal(w.sql(`SELECT count(*) FROM file WHERE position(convert_to('${told.file.sha256}', 'UTF8') IN about) > 0`)[0], '0');
	});

	await test('unused files: gone after seven days, used ones stay', async () => {
		const left = await taken('anna', paper.pdf(300, 'left'));
		w.sql(`UPDATE file SET stored_at = stored_at - interval '7 days 1 minute' WHERE NOT used`);
		assert.equal((await fetched('anna', left.id)).status, 404, 'its time is over');
		const answer = await w.file('anna', birth(byPhoto(), { materials: { father_id_photo: left.id } }));
		assert.deepEqual(answer.json.errors.map((e) => e.code), ['not_yours']);
		assert.equal((await fetched('anna', told.file.id)).status, 200);
	});

	await test('23: nobody piles up papers that he does not use', async () => {
		const made = w.sql(`INSERT INTO file SELECT id + g, account, now(), division, 0, false, about FROM file,
			generate_series(1, 200) g WHERE id = (SELECT max(id) FROM file) RETURNING 1`).length;
		assert.ok(made >= 200);
		const answer = await upload('anna', paper.pdf());
		assert.equal(answer.status, 429);
		assert.equal((await upload('berta', paper.pdf())).status, 201);
		w.sql('DELETE FROM file WHERE pieces = 0');
	});

	/* Connections that send all but the end of ten megabytes, and wait. */
	function slowUpload() {
		return new Promise((done) => {
			const socket = net.connect(w.port, '127.0.0.1');
			const slow = { socket, text: '' };
			socket.on('data', (part) => { slow.text += part; });
			socket.on('error', () => {});
			socket.write(`POST /api/v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${w.tokens.anna}\r\nContent-Length: ${MOST}\r\n\r\n`);
			socket.write(paper.pdf(MOST).subarray(0, MOST - 100), () => done(slow));
		});
	}
	const status = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

	await test('many at once: some wait for their turn (503, Retry-After), memory stays, others are served', async () => {
		const before = status(w.node.pid);
		const all = await Promise.all(Array.from({ length: 60 }, slowUpload));
		await sleep(300);
		const during = status(w.node.pid);
		assert.ok(during - before < 400, /* 600 without a ceiling; a sanitizer keeps what was freed for a while */
			`${before.toFixed(0)} MB, then ${during.toFixed(0)} MB`);
		assert.equal((await w.file('berta', birth({ child_name: childName() }))).status < 500, true, 'applications are filed meanwhile');
		const tail = paper.pdf(MOST).subarray(MOST - 100);
		for (const slow of all)
			slow.socket.write(tail);
		await until('all were answered', () => all.every((slow) => /^HTTP\/1.1 \d{3}/.test(slow.text)));
		const answers = all.map((slow) => Number(slow.text.slice(9, 12)));
		assert.ok(answers.filter((s) => s === 201).length >= 4, answers.join(' '));
		assert.ok(answers.filter((s) => s === 503).length >= 4, answers.join(' '));
		assert.ok(answers.every((s) => s === 201 || s === 503), answers.join(' '));
		for (const slow of all) {
			if (slow.text.startsWith('HTTP/1.1 503'))
				assert.match(slow.text, /\r\nRetry-After: \d+\r\n/i);
			slow.socket.destroy();
		}
		assert.equal((await upload('berta', paper.pdf(MOST))).status, 201, 'and then there is room again');
	});

	await test('verify finds nothing', () => w.verify());
	await w.stop();
});
