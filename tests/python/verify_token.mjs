// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Prints what LiveKit's own TokenVerifier makes of a token: verify_token.mjs KEY SECRET, the token on standard input.
// NODE_PATH does not count for modules, so the SDK's folder comes by LIVEKIT_SDK.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.LIVEKIT_SDK, 'package.json'));
const { TokenVerifier } = require('livekit-server-sdk');
const [key, secret] = process.argv.slice(2);
const claims = await new TokenVerifier(key, secret).verify(readFileSync(0, 'utf8').trim());
console.log(JSON.stringify(claims));
