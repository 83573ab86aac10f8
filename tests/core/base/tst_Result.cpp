// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Result.h"

#include <QtTest>

#include <memory>

using namespace hearth;

class tst_Result : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aValueIsSuccess();
    void anErrorIsFailureAndKeepsItsWords();
    void aValueThatCannotBeCopiedMovesOut();
    void successWithoutAValueIsTheDefault();
    void anErrorIsHandedOnBetweenTypes();
};

void tst_Result::aValueIsSuccess()
{
    Result<std::string> result = std::string("ada");

    QVERIFY(bool(result));
    QCOMPARE(*result, std::string("ada"));
    QCOMPARE(result->size(), std::size_t{3});

    result->push_back('!');
    QCOMPARE(*result, std::string("ada!"));
}

void tst_Result::anErrorIsFailureAndKeepsItsWords()
{
    const Result<std::string> result(ErrorCode::Timeout, "no answer within 5 s");

    QVERIFY(!result);
    QVERIFY(result.error().code == ErrorCode::Timeout);
    QCOMPARE(result.error().detail, std::string("no answer within 5 s"));
    QVERIFY((result.error() == Error{ErrorCode::Timeout, "no answer within 5 s"}));
}

void tst_Result::aValueThatCannotBeCopiedMovesOut()
{
    Result<std::unique_ptr<int>> result = std::make_unique<int>(7);

    const std::unique_ptr<int> value = *std::move(result);

    QCOMPARE(*value, 7);
}

void tst_Result::successWithoutAValueIsTheDefault()
{
    const Result<void> success;
    const Result<void> failure(ErrorCode::Unavailable, "refused");

    QVERIFY(bool(success));
    QVERIFY(!failure);
    QVERIFY(failure.error().code == ErrorCode::Unavailable);
}

void tst_Result::anErrorIsHandedOnBetweenTypes()
{
    const Result<std::string> failure = Error{ErrorCode::BadData, "row 7"};

    const auto handOn = [&]() -> Result<int> { return failure.error(); };

    QCOMPARE(handOn().error().detail, std::string("row 7"));
}

QTEST_APPLESS_MAIN(tst_Result)
#include "tst_Result.moc"
