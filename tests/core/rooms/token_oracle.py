# SPDX-FileCopyrightText: The Hearth authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Somebody else's opinion of our tokens: PyJWT verifies the one that is read from the standard input.
#
#     python3 token_oracle.py SECRET ISSUER < TOKEN
#
# Prints the header and the claims as JSON, in ASCII. Exit code 1, with PyJWT's reason, when it refuses the token.
import json
import sys

import jwt

secret, issuer = sys.argv[1:]
token = sys.stdin.read()
try:
    claims = jwt.decode(
        token,
        secret,
        algorithms=["HS256"],
        issuer=issuer,
        options={"require": ["iss", "sub", "nbf", "exp"], "verify_signature": True},
    )
except jwt.InvalidTokenError as reason:
    print(f"{type(reason).__name__}: {reason}")
    sys.exit(1)
print(json.dumps({"header": jwt.get_unverified_header(token), "claims": claims}))
