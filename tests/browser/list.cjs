/* list.cjs: every page, once: {name, path, status, enter}. A page that is not here is not looked at. */
'use strict';

const pages = [
	{ name: 'home', path: '/' },
	{ name: 'guide-birth', path: '/events/birth' },
	{ name: 'guide-after-death', path: '/events/after_death' },
	{ name: 'guide-old-print', path: `/events/birth?v=${'0'.repeat(64)}&d=2026-01-05` },
	{ name: 'print-birth', path: '/events/birth/print' },
	{ name: 'print-employment', path: '/events/employment/print' },
	{ name: 'statistics', path: '/statistics' },
	{ name: 'refused-404', path: '/nowhere', status: 404 },
	{ name: 'refused-event', path: '/events/nothing', status: 404 },
];

module.exports = { pages };
