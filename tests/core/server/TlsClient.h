// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/core/server/RawClient.h"

#include <csignal>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/time.h>

namespace hearth {

// How a test shakes hands.
struct TlsClientOptions {
    int newest = TLS1_3_VERSION;
    int oldest = TLS1_2_VERSION;
    const char *ciphers = nullptr;   // of TLS 1.2 and older: OpenSSL's names
    std::string_view protocols = {}; // of ALPN, each with its length before it
    SSL_SESSION *resumed = nullptr;  // of an earlier connection
};

// TLS on a connection, with whatever certificate the other side has. Not synchronized.
class TlsLayer final : public RawLayer
{
public:
    // Returns: null, when the other side did not want to.
    static std::unique_ptr<TlsLayer> over(int descriptor, const TlsClientOptions &options = {})
    {
        ::signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
        std::unique_ptr<TlsLayer> layer(new TlsLayer(descriptor, options));
        const bool isOpen = ::SSL_connect(layer->m_session) == 1;
        ::ERR_clear_error();
        return isOpen ? std::move(layer) : nullptr;
    }
    ~TlsLayer() override
    {
        ::SSL_free(m_session);
        ::SSL_CTX_free(m_context);
        ::ERR_clear_error();
    }

    ssize_t send(const char *bytes, std::size_t size) override
    {
        const int sent = ::SSL_write(m_session, bytes, static_cast<int>(size));
        ::ERR_clear_error();
        return sent;
    }
    ssize_t receive(char *bytes, std::size_t size) override
    {
        const int count = ::SSL_read(m_session, bytes, static_cast<int>(size));
        const int error = ::SSL_get_error(m_session, count);
        ::ERR_clear_error();
        if (count > 0)
            return count;
        sawEndOfTls = error == SSL_ERROR_ZERO_RETURN;
        errno = error == SSL_ERROR_WANT_READ ? EAGAIN : EIO;
        return errno == EAGAIN ? -1 : 0;
    }
    bool hasPending() const override { return ::SSL_pending(m_session) > 0; }

    SSL *session() const { return m_session; }
    bool sawEndOfTls = false; // and did not just lose the connection

private:
    TlsLayer(int descriptor, const TlsClientOptions &options)
        : m_context(::SSL_CTX_new(::TLS_client_method()))
    {
        ::SSL_CTX_clear_mode(m_context, SSL_MODE_AUTO_RETRY);
        ::SSL_CTX_set_security_level(m_context, 0); // the old versions are asked for on purpose
        ::SSL_CTX_set_min_proto_version(m_context, options.oldest);
        ::SSL_CTX_set_max_proto_version(m_context, options.newest);
        if (options.ciphers)
            ::SSL_CTX_set_cipher_list(m_context, options.ciphers);
        ::SSL_CTX_set_alpn_protos(m_context, reinterpret_cast<const unsigned char *>(options.protocols.data()),
                                  static_cast<unsigned>(options.protocols.size()));
        m_session = ::SSL_new(m_context);
        if (options.resumed)
            ::SSL_set_session(m_session, options.resumed);
        const timeval limit{20, 0};
        ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::SSL_set_fd(m_session, descriptor);
    }

    SSL_CTX *m_context;
    SSL *m_session = nullptr;
};

// A connection with TLS. Where the handshake failed it is not connected.
inline RawClient tlsClient(std::uint16_t port, const TlsClientOptions &options = {}, const char *from = nullptr)
{
    RawClient client(port, from);
    if (client.isConnected())
        client.setLayer(TlsLayer::over(client.descriptor(), options));
    return client;
}

} // namespace hearth
