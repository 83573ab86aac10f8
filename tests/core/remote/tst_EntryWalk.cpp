// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the pages of a node elsewhere are found by its cursors.
#include "tests/core/remote/RemoteFixture.h"

#include <QUrlQuery>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

using Request = ScriptedServer::Request;

std::uint64_t parameter(const Request &request, const char *name)
{
    return QUrlQuery(QUrl::fromEncoded(request.target)).queryItemValue(QString::fromLatin1(name)).toULongLong();
}

// A node with so many entries, user-0000000 on; its cursors are "list.position".
class ScriptedEntries
{
public:
    ScriptedEntries(ScriptedServer &server, std::size_t count)
        : m_count(count)
    {
        server.on("GET /api/v1/cache/entries", [this](const Request &request) { return page(request); });
    }

    bool knowsOffset = true;
    bool forgetsLists = false;
    std::size_t lists = 0;

private:
    ScriptedServer::Answer page(const Request &request)
    {
        const QUrlQuery query(QUrl::fromEncoded(request.target));
        const QString cursor = query.queryItemValue("cursor");
        std::size_t position = cursor.section('.', 1).toULongLong();
        if (cursor.isEmpty()) {
            ++lists;
            position = knowsOffset ? std::min<std::size_t>(parameter(request, "offset"), m_count) : 0;
        } else if (forgetsLists || cursor.section('.', 0, 0).toULongLong() != lists) {
            return ScriptedServer::problem(410, "That list is gone.");
        }
        const std::size_t count =
            std::min<std::size_t>(parameter(request, "limit"), m_count - std::min(position, m_count));
        std::vector<EntryRow> rows(count);
        for (std::size_t i = 0; i < count; ++i) {
            rows[i].identity = "user-" + std::to_string(10'000'000 + position + i);
            rows[i].language = "en";
        }
        const std::size_t next = position + count;
        const std::string cursorOfNext = next < m_count ? std::to_string(lists) + "." + std::to_string(next) : "";
        const auto offset = knowsOffset ? std::optional<std::uint64_t>(position) : std::nullopt;
        return ScriptedServer::json(bytes(entriesJson(rows, m_count, cursorOfNext, {}, Masking::Shown, offset)));
    }

    const std::size_t m_count;
};

EntriesQuery pageAt(std::size_t offset, std::size_t limit = 500, std::chrono::milliseconds maxAge = 10s)
{
    EntriesQuery query;
    query.maxAge = maxAge;
    query.offset = offset;
    query.limit = limit;
    return query;
}

// "user-10000500 … 500 of 5000 at 500"
QString textOf(const Result<EntriesPage> &page)
{
    if (!page)
        return sentenceOf(page.error());
    return QString("%1 … %2 of %3 at %4")
        .arg(page->rows.empty() ? "nobody" : QString::fromStdString(page->rows.front().identity))
        .arg(page->rows.size())
        .arg(page->matching)
        .arg(page->offset);
}

} // namespace

class tst_EntryWalk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<ScriptedServer>();
        m_server->on("GET /api/v1/rooms/cache/stats", statsAnswer());
    }
    void pagesFollowOneAnother();
    void aJumpIsOneRequest();
    void aNodeThatCannotJumpIsWalked();
    void whoIsNotWaitedForWalksNoFurther();
    void aPageLargerThanAnAnswer();
    void aListThatIsGoneBeginsAgain();
    void aListThatIsAlwaysGoneIsAnError();
    void whatIsAskedOfTheEntries();
    void theTotalOfAFilteredPage();

private:
    std::unique_ptr<ScriptedServer> m_server;
};

void tst_EntryWalk::pagesFollowOneAnother()
{
    ScriptedEntries entries(*m_server, 5'000);
    RemoteNode node(optionsFor(*m_server));

    QCOMPARE(textOf(answerOf(node.entries(pageAt(0)))), "user-10000000 … 500 of 5000 at 0");
    QCOMPARE(textOf(answerOf(node.entries(pageAt(500)))), "user-10000500 … 500 of 5000 at 500");
    QCOMPARE(textOf(answerOf(node.entries(pageAt(1'000)))), "user-10001000 … 500 of 5000 at 1000");
    QCOMPARE(textOf(answerOf(node.entries(pageAt(500)))), "user-10000500 … 500 of 5000 at 500");
    QCOMPARE(m_server->requests.size(), 4);
    QCOMPARE(entries.lists, 1); // all of one list

    QCOMPARE(textOf(answerOf(node.entries(pageAt(500, 500, 0s)))), "user-10000500 … 500 of 5000 at 500");
    QCOMPARE(m_server->requests.size(), 5);
    QCOMPARE(entries.lists, 2); // to see what is new
}

void tst_EntryWalk::aJumpIsOneRequest()
{
    ScriptedEntries entries(*m_server, 1'000'000);
    RemoteNode node(optionsFor(*m_server));

    QCOMPARE(textOf(answerOf(node.entries(pageAt(600'000)))), "user-10600000 … 500 of 1000000 at 600000");
    QCOMPARE(m_server->requests.size(), 1);
    QVERIFY(
        m_server->requests.last().target.endsWith("limit=500&sort=user_identity&order=asc&offset=600000&max_age=10"));
    QCOMPARE(textOf(answerOf(node.entries(pageAt(999'900)))), "user-10999900 … 100 of 1000000 at 999900");
    QCOMPARE(textOf(answerOf(node.entries(pageAt(2'000'000)))), "nobody … 0 of 1000000 at 2000000");
    QCOMPARE(m_server->requests.size(), 3);
}

void tst_EntryWalk::aNodeThatCannotJumpIsWalked()
{
    ScriptedEntries entries(*m_server, 5'000);
    entries.knowsOffset = false;
    RemoteNode node(optionsFor(*m_server));

    QCOMPARE(textOf(answerOf(node.entries(pageAt(3'210)))), "user-10003210 … 500 of 5000 at 3210");
    QCOMPARE(m_server->requests.size(), 5); // 0 to 500, 1500, 2500, 3210, the page
}

void tst_EntryWalk::whoIsNotWaitedForWalksNoFurther()
{
    ScriptedEntries entries(*m_server, 50'000);
    RemoteNode node(optionsFor(*m_server));
    QFuture<Result<EntriesPage>> given = node.entries(pageAt(0, 50'000));
    QTRY_VERIFY(m_server->requests.size() > 1);

    given.cancel();
    QTRY_VERIFY(given.isFinished());

    QCOMPARE(given.resultCount(), 0);
    QVERIFY(m_server->requests.size() < 50);
    QVERIFY(answerOf(node.entries(pageAt(0))));
}

void tst_EntryWalk::aPageLargerThanAnAnswer()
{
    ScriptedEntries entries(*m_server, 2'500);
    RemoteNode node(optionsFor(*m_server));

    QCOMPARE(textOf(answerOf(node.entries(pageAt(100, 10'000)))), "user-10000100 … 2400 of 2500 at 100");
    QCOMPARE(textOf(answerOf(node.entries(pageAt(0, 0)))), "nobody … 0 of 2500 at 0");
}

void tst_EntryWalk::aListThatIsGoneBeginsAgain()
{
    ScriptedEntries entries(*m_server, 5'000);
    RemoteNode node(optionsFor(*m_server));
    QVERIFY(answerOf(node.entries(pageAt(0))));
    entries.lists = 7; // the node has forgotten the first one

    QCOMPARE(textOf(answerOf(node.entries(pageAt(500)))), "user-10000500 … 500 of 5000 at 500");
}

void tst_EntryWalk::aListThatIsAlwaysGoneIsAnError()
{
    ScriptedEntries entries(*m_server, 5'000);
    entries.forgetsLists = true;
    RemoteNode node(optionsFor(*m_server));

    const auto page = answerOf(node.entries(pageAt(0, 2'000)));

    QVERIFY(!page);
    QCOMPARE(sentenceOf(page.error()), QString("That list is gone."));
    QCOMPARE(m_server->requests.size(), 6); // three times a beginning and what follows it
}

void tst_EntryWalk::whatIsAskedOfTheEntries()
{
    ScriptedEntries entries(*m_server, 0);
    RemoteNode node(optionsFor(*m_server));
    EntriesQuery query;
    query.filter = {"a&b=c ü%", EntryState::Expired, "es"};
    query.sort = EntrySort::TimeToLive;
    query.descending = true;
    query.limit = 20;

    QVERIFY(answerOf(node.entries(query)));

    QCOMPARE(m_server->requests.first().target,
             QByteArray("/api/v1/cache/entries?limit=20&sort=expires_at&order=desc&state=expired&language=es&search="
                        "a%26b%3Dc%20%C3%BC%25"));
}

void tst_EntryWalk::theTotalOfAFilteredPage()
{
    ScriptedEntries entries(*m_server, 4);
    RemoteNode node(optionsFor(*m_server));
    EntriesQuery query;

    QCOMPARE(answerOf(node.entries(query))->total, 4);
    query.filter.search = "x";
    QCOMPARE(answerOf(node.entries(query))->total, 15); // active and expired ones of the counters
    QCOMPARE(answerOf(node.entries(query))->matching, 4);
}

QTEST_GUILESS_MAIN(tst_EntryWalk)
#include "tst_EntryWalk.moc"
