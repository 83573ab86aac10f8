// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What systemd is told, and when it is told nothing.
#include "app/node/ServiceManager.h"
#include "tests/support/NotifySocket.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <thread>

using namespace hearth;

namespace {

// The other threads of a program: they answer, or one of them stands.
struct Threads {
    ServiceManager::Probe probe()
    {
        return [this](const std::function<void()> &areAlive) {
            ++asked;
            if (isStanding)
                late = areAlive;
            else
                areAlive();
        };
    }
    int asked = 0;
    bool isStanding = false;
    std::function<void()> late;
};

} // namespace

class tst_ServiceManager : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<NotifySocket> m_socket;

    void listen(const QByteArray &name)
    {
        m_socket = std::make_unique<NotifySocket>(name);
        QVERIFY(m_socket->isBound());
        qputenv("NOTIFY_SOCKET", name);
    }
    bool hearsOfLife()
    {
        return QTest::qWaitFor([this] { return m_socket->told(0) == "WATCHDOG=1"; }, 30'000);
    }
    // Lets the event loop run for some turns of the watchdog. Returns: how often the socket heard of life.
    int signsOfLife(int milliseconds = 200)
    {
        QTest::qWait(milliseconds);
        int count = 0;
        while (m_socket->told(0) == "WATCHDOG=1")
            ++count;
        return count;
    }

private Q_SLOTS:
    void init()
    {
        static int number = 0;
        listen(m_folder.filePath(QString::number(++number)).toLocal8Bit());
        qputenv("WATCHDOG_USEC", "30000"); // so it looks around every 10 ms
        qunsetenv("WATCHDOG_PID");
    }
    void cleanupTestCase()
    {
        for (const char *name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
            qunsetenv(name);
    }

    void tellsItsStates_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("a path") << m_folder.filePath("notify").toLocal8Bit();
        QTest::newRow("an abstract name") << "@hearth-test-" + QByteArray::number(QCoreApplication::applicationPid());
        QTest::newRow("a long abstract name")
            << "@hearth-test-" + QByteArray::number(QCoreApplication::applicationPid()) + QByteArray(80, 'x');
    }

    void tellsItsStates()
    {
        QFETCH(const QByteArray, name);
        qunsetenv("WATCHDOG_USEC");
        listen(name);
        Threads threads;
        ServiceManager manager(threads.probe());

        manager.ready("listening");
        QCOMPARE(m_socket->told(), QByteArray("READY=1\nSTATUS=listening"));
        manager.reloading();
        const QByteArray reloading = m_socket->told();
        QVERIFY2(reloading.startsWith("RELOADING=1\nMONOTONIC_USEC="), reloading.constData());
        QVERIFY(reloading.mid(reloading.lastIndexOf('=') + 1).toLongLong() > 0);
        manager.ready("listening again");
        QCOMPARE(m_socket->told(), QByteArray("READY=1\nSTATUS=listening again"));
        manager.stopping();
        QVERIFY(m_socket->told().startsWith("STOPPING=1\n"));
        QCOMPARE(threads.asked, 0);
    }

    void isAliveWhileAllThreadsAnswer()
    {
        Threads threads;
        ServiceManager manager(threads.probe());
        QCOMPARE(signsOfLife(), 0); // not ready yet

        manager.ready({});
        QVERIFY(m_socket->told().startsWith("READY=1"));

        QVERIFY(hearsOfLife());
        QVERIFY(hearsOfLife());
    }

    void isSilentWhenAThreadStands()
    {
        Threads threads;
        ServiceManager manager(threads.probe());
        manager.ready({});
        m_socket->told();
        QVERIFY(hearsOfLife());

        threads.isStanding = true;
        QTRY_VERIFY(threads.late);
        signsOfLife(); // of before
        const int asked = threads.asked;
        QCOMPARE(signsOfLife(), 0);
        QCOMPARE(threads.asked, asked); // once is enough

        threads.isStanding = false;
        std::thread(threads.late).join(); // it goes on, and is another thread
        QVERIFY(hearsOfLife());
        QTRY_VERIFY(threads.asked > asked);
    }

    void isSilentWhenTheMainThreadStands()
    {
        Threads threads;
        ServiceManager manager(threads.probe());
        manager.ready({});
        m_socket->told();

        QCOMPARE(m_socket->told(200), QByteArray()); // waits here, and runs no event
    }

    void aWatchdogOfAnotherProcessIsNotOurs()
    {
        qputenv("WATCHDOG_PID", QByteArray::number(QCoreApplication::applicationPid() + 1));
        Threads threads;
        ServiceManager other(threads.probe());
        other.ready({});
        QTest::qWait(100);
        QCOMPARE(threads.asked, 0);

        qputenv("WATCHDOG_PID", QByteArray::number(QCoreApplication::applicationPid()));
        ServiceManager own(threads.probe());
        own.ready({});
        QTRY_VERIFY(threads.asked > 0);
    }

    void nobodyListens_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const QByteArray &name :
             {QByteArray(), QByteArray("/nowhere/notify"), QByteArray("@"), QByteArray("relative"),
              QByteArray("/") + QByteArray(200, 'x'), QByteArray("vsock:2:1234")})
            QTest::newRow(name.left(20).constData()) << name;
    }

    void nobodyListens()
    {
        QFETCH(const QByteArray, name);
        qputenv("NOTIFY_SOCKET", name);
        for (const char *wrong : {"-5", "x", "", "1"}) {
            qputenv("WATCHDOG_USEC", wrong);
            Threads threads;
            ServiceManager manager(threads.probe());
            manager.ready({});
            manager.reloading();
            manager.stopping();
        }
    }
};

QTEST_GUILESS_MAIN(tst_ServiceManager)
#include "tst_ServiceManager.moc"
