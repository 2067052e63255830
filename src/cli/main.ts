#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

const { v8 } = process.versions;
// V8 optimizes on other cores what has run for a while. A run of a few seconds does many things a few thousand times
// each: at the threshold that Node 20 has (67584) a quarter of all the time that cores are busy goes there, and is not won
// back. Later ones know no such flag, and would say so to the user.
if (v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=600000');
// What V8 compiled is kept for the next run. A long run must not give away before its end what a short one would keep.
if (/^1[1-3]\./.test(v8)) setFlagsFromString('--no-flush-bytecode');
// Most of what a run reads and compiles first, it keeps: while the space for new objects grows by small steps, it is copied
// again and again.
if (/^1[1-3]\./.test(v8)) setFlagsFromString('--semi-space-growth-factor=8');

void import('./process').then(({ runProcess }) => runProcess());
