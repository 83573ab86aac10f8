// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/server/ApiServerSettings.h"

#include <memory>
#include <string>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace hearth {

// What TLS is served with: a certificate, its key, and the rules: TLS 1.2 at least, ciphers with forward secrecy and
// authentication only, ours are preferred, no compression, no renegotiation, HTTP/1.1 in ALPN.
// Immutable value; thread-safe.
class TlsContext
{
public:
    // Reads both files. Returns: BadData, with a line that names the setting, the file and what is allowed.
    static Result<std::shared_ptr<const TlsContext>> load(const TlsFiles &files, WallTime now);

    ssl_ctx_st *native() const { return m_context.get(); }
    // The subject, and until when it is valid: "CN = hearth.example.org, valid until Nov 22 10:33:20 2027 GMT"
    const std::string &certificate() const { return m_certificate; }

private:
    struct Free {
        void operator()(ssl_ctx_st *context) const;
    };
    using ContextPtr = std::unique_ptr<ssl_ctx_st, Free>;

    TlsContext(ContextPtr context, std::string certificate)
        : m_context(std::move(context))
        , m_certificate(std::move(certificate))
    {
    }

    const ContextPtr m_context;
    const std::string m_certificate;
};

} // namespace hearth
