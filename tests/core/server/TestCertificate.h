// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fstream>
#include <memory>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string>

namespace hearth {

// A certificate that signed itself, for localhost and 127.0.0.1, and its key; both as PEM.
struct TestCertificate {
    std::string certificate;
    std::string key;

    // Writes them. Returns: whether it could.
    bool save(const std::string &certificateFile, const std::string &keyFile) const
    {
        std::ofstream(certificateFile) << certificate;
        std::ofstream(keyFile) << key;
        return std::ifstream(certificateFile).good() && std::ifstream(keyFile).good();
    }
};

namespace detail {

inline std::string textOf(BIO *out)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    return {data, static_cast<std::size_t>(size)};
}

} // namespace detail

struct TestCertificateOptions {
    const char *name = "localhost";
    long validFrom = -3'600; // seconds from now
    long validUntil = 86'400;
    unsigned rsaBits = 0;           // 0: an elliptic curve, which is quick
    const char *password = nullptr; // of the key
};

inline TestCertificate makeTestCertificate(const TestCertificateOptions &options = {})
{
    using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        options.rsaBits ? EVP_RSA_gen(options.rsaBits) : EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), options.validFrom);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), options.validUntil);
    X509_NAME *const name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char *>(options.name), -1, -1,
                               0);
    X509_set_issuer_name(certificate.get(), name);
    X509_set_pubkey(certificate.get(), key.get());
    if (X509_EXTENSION *names =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1")) {
        X509_add_ext(certificate.get(), names, -1);
        X509_EXTENSION_free(names);
    }
    X509_sign(certificate.get(), key.get(), EVP_sha256());

    TestCertificate result;
    const Bio out(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(out.get(), certificate.get());
    result.certificate = detail::textOf(out.get());
    const Bio keyOut(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(keyOut.get(), key.get(), options.password ? EVP_aes_128_cbc() : nullptr, nullptr, 0,
                             nullptr, const_cast<char *>(options.password));
    result.key = detail::textOf(keyOut.get());
    return result;
}

} // namespace hearth
