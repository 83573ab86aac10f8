// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/TlsContext.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace hearth {

namespace {

constexpr std::size_t largestFile = 1024 * 1024;
constexpr const char *ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20"; // of TLS 1.2; those of 1.3 are good as they are
constexpr std::string_view http11("\x08http/1.1");

template <auto release>
struct Release {
    template <class T>
    void operator()(T *object) const
    {
        release(object);
    }
};
using BioPtr = std::unique_ptr<BIO, Release<BIO_free_all>>;
using CertificatePtr = std::unique_ptr<X509, Release<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;

// A setting and its file, so that what is wrong can be said of it.
struct Setting {
    const char *name;
    const std::string &file;
    const char *allowed;

    Error wrong(const std::string &problem) const
    {
        std::string shown;
        for (const char c : file)
            shown += static_cast<unsigned char>(c) < ' ' || c == '\x7f' || c == '"' ? '?' : c;
        return {ErrorCode::BadData,
                std::string(name) + " is \"" + shown + "\": " + problem + "; allowed is " + allowed};
    }
};

// OpenSSL's own words for what went wrong, for whoever knows it. Returns: "", or "ee key too small".
std::string reasonOfOpenSsl()
{
    const unsigned long code = ::ERR_peek_last_error();
    const char *reason = code ? ::ERR_reason_error_string(code) : nullptr;
    std::string text = reason ? reason : "";
    ::ERR_clear_error();
    return text;
}

Result<std::string> contents(const Setting &setting)
{
    // Without waiting, should it be a pipe.
    const int descriptor = ::open(setting.file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return setting.wrong(std::string("it cannot be read (") + std::strerror(errno) + ")");
    std::string text;
    std::array<char, 16 * 1024> part{};
    struct stat status {
    };
    const bool isFile = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    ssize_t count = 0;
    while (isFile && text.size() <= largestFile && (count = ::read(descriptor, part.data(), part.size())) > 0)
        text.append(part.data(), static_cast<std::size_t>(count));
    ::close(descriptor);
    if (!isFile)
        return setting.wrong("it is no file");
    if (count < 0)
        return setting.wrong("it cannot be read");
    if (text.size() > largestFile)
        return setting.wrong("it is larger than 1 MiB");
    return text;
}

BioPtr reader(const std::string &text)
{
    return BioPtr(::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text(const ASN1_TIME *time)
{
    const BioPtr out(::BIO_new(::BIO_s_mem()));
    ::ASN1_TIME_print(out.get(), time);
    char *data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(std::max(size, 0L))};
}

std::string subject(const X509 *certificate)
{
    const BioPtr out(::BIO_new(::BIO_s_mem()));
    ::X509_NAME_print_ex(out.get(), ::X509_get_subject_name(certificate), 0, XN_FLAG_ONELINE); // escapes what is odd
    char *data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(std::max(size, 0L))};
}

// Returns: empty, or what is wrong with it now.
std::string wrongTime(const X509 *certificate, WallTime now)
{
    std::time_t moment = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    const ASN1_TIME *from = ::X509_get0_notBefore(certificate);
    const ASN1_TIME *until = ::X509_get0_notAfter(certificate);
    if (::X509_cmp_time(until, &moment) <= 0)
        return "the certificate expired on " + text(until);
    if (::X509_cmp_time(from, &moment) > 0)
        return "the certificate is not valid before " + text(from);
    return {};
}

// The certificate, and those that stand behind it. Returns: its description.
Result<std::string> useCertificate(SSL_CTX *context, const Setting &setting, WallTime now)
{
    const Result<std::string> pem = contents(setting);
    if (!pem)
        return pem.error();
    const BioPtr in = reader(*pem);
    const CertificatePtr own(::PEM_read_bio_X509_AUX(in.get(), nullptr, nullptr, nullptr));
    ::ERR_clear_error();
    if (!own)
        return setting.wrong("there is no certificate in it");
    if (const std::string problem = wrongTime(own.get(), now); !problem.empty())
        return setting.wrong(problem);
    if (::SSL_CTX_use_certificate(context, own.get()) != 1)
        return setting.wrong("the certificate cannot be used (" + reasonOfOpenSsl() + ")");
    while (CertificatePtr next{::PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)}) {
        if (::SSL_CTX_add1_chain_cert(context, next.get()) != 1)
            return setting.wrong("a further certificate in it cannot be used (" + reasonOfOpenSsl() + ")");
    }
    const bool isAtEnd = ERR_GET_REASON(::ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ::ERR_clear_error();
    if (!isAtEnd)
        return setting.wrong("what follows the first certificate is damaged");
    return subject(own.get()) + ", valid until " + text(::X509_get0_notAfter(own.get()));
}

Result<void> useKey(SSL_CTX *context, const Setting &setting)
{
    const Result<std::string> pem = contents(setting);
    if (!pem)
        return pem.error();
    const BioPtr in = reader(*pem);
    bool isEncrypted = false;
    const auto noPassword = [](char *, int, int, void *asked) {
        *static_cast<bool *>(asked) = true;
        return -1;
    };
    const KeyPtr key(::PEM_read_bio_PrivateKey(in.get(), nullptr, noPassword, &isEncrypted));
    ::ERR_clear_error();
    if (!key)
        return setting.wrong(isEncrypted ? "the key in it is encrypted" : "there is no private key in it");
    if (::SSL_CTX_use_PrivateKey(context, key.get()) != 1 || ::SSL_CTX_check_private_key(context) != 1) {
        ::ERR_clear_error();
        return setting.wrong("the key does not belong to the certificate of HEARTH_TLS_CERT");
    }
    return {};
}

// HTTP/1.1 is what is spoken here. Who offers other protocols only is told so; who offers none may go on.
int chooseProtocol(SSL *, const unsigned char **out, unsigned char *outSize, const unsigned char *offered,
                   unsigned int offeredSize, void *)
{
    unsigned char *chosen = nullptr;
    const auto *own = reinterpret_cast<const unsigned char *>(http11.data());
    const int outcome =
        ::SSL_select_next_proto(&chosen, outSize, own, static_cast<unsigned>(http11.size()), offered, offeredSize);
    *out = chosen;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool setRules(SSL_CTX *context)
{
    ::SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                       SSL_OP_PRIORITIZE_CHACHA);
    ::SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF); // the client keeps its ticket, we keep nothing
    ::SSL_CTX_set_alpn_select_cb(context, chooseProtocol, nullptr);
    return ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           ::SSL_CTX_set_cipher_list(context, ciphers) == 1;
}

} // namespace

void TlsContext::Free::operator()(ssl_ctx_st *context) const
{
    ::SSL_CTX_free(context);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsFiles &files, WallTime now)
{
    ContextPtr context(::SSL_CTX_new(::TLS_server_method()));
    if (!context || !setRules(context.get()))
        return Error{ErrorCode::Internal, "OpenSSL cannot be set up: " + reasonOfOpenSsl()};
    const Setting certificate{"HEARTH_TLS_CERT", files.certificate,
                              "a PEM file with a valid certificate, and behind it those that lead to its authority"};
    const Setting key{"HEARTH_TLS_KEY", files.key,
                      "a PEM file with the private key of that certificate, without a passphrase"};
    Result<std::string> description = useCertificate(context.get(), certificate, now);
    if (!description)
        return description.error();
    if (const Result<void> used = useKey(context.get(), key); !used)
        return used.error();
    return std::shared_ptr<const TlsContext>(new TlsContext(std::move(context), *std::move(description)));
}

} // namespace hearth
