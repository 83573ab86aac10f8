// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/LockedFile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <sys/stat.h>

using namespace hearth;

namespace {

std::vector<unsigned char> bytesOf(const QByteArray &text)
{
    return {text.begin(), text.end()};
}

QByteArray textOf(const std::vector<unsigned char> &bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

mode_t modeOf(const QString &path)
{
    struct stat status {
    };
    return ::stat(qPrintable(path), &status) == 0 ? status.st_mode & ALLPERMS : 0;
}

// A folder of files.
struct Place {
    QString at(const QString &name) const { return folder.filePath(name); }
    std::string path(const QString &name) const { return at(name).toStdString(); }
    void write(const QString &name, const QByteArray &text) const
    {
        QFile file(at(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    QByteArray read(const QString &name) const
    {
        QFile file(at(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(no such file)");
    }

    QTemporaryDir folder;
};

} // namespace

class tst_LockedFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isMadeForItsOwnerOnly()
    {
        const Place place;

        const Result<LockedFile> file = LockedFile::open(place.path("new/deep/a"));

        QVERIFY(file);
        QCOMPARE(modeOf(place.at("new/deep/a")), mode_t(0600));
        QCOMPARE(modeOf(place.at("new/deep")), mode_t(0700));
        QCOMPARE(modeOf(place.at("new")), mode_t(0700));
    }

    void isTakenBackFromOthersWhoCouldReadIt()
    {
        const Place place;
        place.write("a", "old");
        ::chmod(qPrintable(place.at("a")), 0644);

        const Result<LockedFile> file = LockedFile::open(place.path("a"));

        QVERIFY(file);
        QCOMPARE(modeOf(place.at("a")), mode_t(0600));
        QCOMPARE(textOf(*file->read(100)), QByteArray("old"));
    }

    void isReadWrittenAndCut()
    {
        const Place place;
        Result<LockedFile> file = LockedFile::open(place.path("a"));
        QVERIFY(file);

        QVERIFY(file->write(0, bytesOf("hearth")));
        QVERIFY(file->write(3, bytesOf("d over")));
        QCOMPARE(textOf(*file->read(100)), QByteArray("head over"));
        QCOMPARE(textOf(*file->read(4)), QByteArray("head"));
        QVERIFY(file->cutTo(4));
        QCOMPARE(place.read("a"), QByteArray("head"));
    }

    void onlyOneHasIt()
    {
        const Place place;
        auto first = std::make_unique<Result<LockedFile>>(LockedFile::open(place.path("a")));
        QVERIFY(*first);

        const Result<LockedFile> second = LockedFile::open(place.path("a"));
        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::Unavailable);
        QVERIFY(second.error().detail.find("Another running Hearth") == 0);

        first.reset();
        QVERIFY(LockedFile::open(place.path("a")));
    }

    void linksAndOtherThingsAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("a link to a file") << "link";
        QTest::newRow("a link to nothing") << "dangling";
        QTest::newRow("in a folder that is a link") << "folder-link/a";
        QTest::newRow("a folder") << "folder";
        QTest::newRow("a pipe") << "pipe"; // must not wait for a reader either
        QTest::newRow("below a file") << "file/a";
    }
    void linksAndOtherThingsAreRefused()
    {
        QFETCH(const QString, name);
        const Place place;
        place.write("file", "somebody's");
        QVERIFY(QDir(place.folder.path()).mkdir("folder"));
        QVERIFY(QFile::link(place.at("file"), place.at("link")));
        QVERIFY(QFile::link(place.at("nothing"), place.at("dangling")));
        QVERIFY(QFile::link(place.at("folder"), place.at("folder-link")));
        QCOMPARE(::mkfifo(qPrintable(place.at("pipe")), 0600), 0);

        const Result<LockedFile> file = LockedFile::open(place.path(name));

        QVERIFY(!file);
        QCOMPARE(file.error().code, ErrorCode::PermissionDenied);
        QVERIFY2(file.error().detail.find(". M") != std::string::npos, file.error().detail.c_str()); // the next step
        QCOMPARE(place.read("file"), QByteArray("somebody's"));
        QVERIFY(!QFileInfo::exists(place.at("nothing")));
        QVERIFY(QDir(place.at("folder")).isEmpty());
    }

    void whatIsSetAsideIsKeptUnderAFreeName()
    {
        const Place place;
        place.write("a", "strange");
        place.write("a.set-aside-1", "stranger");
        Result<LockedFile> file = LockedFile::open(place.path("a"));
        QVERIFY(file);

        const Result<std::string> name = file->setAside();

        QVERIFY(name);
        QCOMPARE(*name, place.path("a.set-aside-2"));
        QCOMPARE(place.read("a.set-aside-2"), QByteArray("strange"));
        QCOMPARE(place.read("a.set-aside-1"), QByteArray("stranger"));
        const Result<LockedFile> fresh = LockedFile::open(place.path("a"));
        QVERIFY(fresh);
        QVERIFY(fresh->read(10)->empty());
    }

    void asLongAsNoNameIsFreeItStays()
    {
        const Place place;
        place.write("a", "strange");
        for (int number = 1; number <= 99; ++number)
            place.write(QStringLiteral("a.set-aside-%1").arg(number), "stranger");
        Result<LockedFile> file = LockedFile::open(place.path("a"));
        QVERIFY(file);

        QVERIFY(!file->setAside());
        QCOMPARE(place.read("a"), QByteArray("strange"));
        QCOMPARE(place.read("a.set-aside-99"), QByteArray("stranger"));
    }
};

QTEST_APPLESS_MAIN(tst_LockedFile)
#include "tst_LockedFile.moc"
