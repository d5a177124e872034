/* papers.cjs: made-up files of every type that people upload, whole and of any size. */
'use strict';

function pdf(size = 300, mark = '') {
	const head = Buffer.from(`%PDF-1.7\n% ${mark}\n1 0 obj\n<< /Type /Catalog >>\nendobj\n`);
	const tail = Buffer.from('xref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n45\n%%EOF\n');
	return Buffer.concat([head, Buffer.alloc(Math.max(0, size - head.length - tail.length), 'x'), tail]);
}

function segment(marker, content) {
	const head = Buffer.from([0xff, marker, 0, 0]);
	head.writeUInt16BE(content.length + 2, 2);
	return Buffer.concat([head, content]);
}

function jpg() {
	return Buffer.concat([Buffer.from([0xff, 0xd8]), segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
		segment(0xc0, Buffer.from([8, 0, 16, 0, 16, 1, 1, 0x11, 0])), segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
		Buffer.from([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4]), Buffer.from([0xff, 0xd9])]);
}

function png() {
	const chunk = (name, content) => {
		const head = Buffer.alloc(8);
		head.writeUInt32BE(content.length);
		head.write(name, 4);
		return Buffer.concat([head, content, Buffer.alloc(4)]);
	};
	return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		chunk('IHDR', Buffer.from([0, 0, 0, 16, 0, 0, 0, 16, 8, 2, 0, 0, 0])), chunk('IDAT', Buffer.from('picture')),
		chunk('IEND', Buffer.alloc(0))]);
}

/* A zip with one stored entry. */
function zip(name = 'OFD.xml') {
	const about = Buffer.alloc(26); /* of both heads: version .. length of extras */
	about.writeUInt16LE(20, 0);
	about.writeUInt32LE(5, 14);
	about.writeUInt32LE(5, 18);
	about.writeUInt16LE(name.length, 22);
	const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), about, Buffer.from(name), Buffer.from('<ofd>')]);
	const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), about, Buffer.alloc(14), Buffer.from(name)]);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 0, 'latin1');
	end.writeUInt16LE(1, 8);
	end.writeUInt16LE(1, 10);
	end.writeUInt32LE(central.length, 12);
	end.writeUInt32LE(local.length, 16);
	return Buffer.concat([local, central, end]);
}

module.exports = { pdf, jpg, png, ofd: () => zip(), zip };
