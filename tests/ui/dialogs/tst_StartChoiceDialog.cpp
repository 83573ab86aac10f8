// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/StartChoiceDialog.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTest>

using namespace hearth;

class tst_StartChoiceDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dialog = std::make_unique<StartChoiceDialog>("postgresql://ana:***@db.example.org/app", [](const QUrl &url) {
            return url.scheme() == "https" ? QString() : QString("Use https.");
        });
        m_dialog->show();
    }
    void cleanup() { m_dialog.reset(); }

    void watchingIsOfferedFirstAndNeedsAnAddress()
    {
        QVERIFY(!start().isEnabled());
        QVERIFY(m_dialog->findChild<QLabel *>("database")->text().contains("ana:***@db.example.org"));

        QTest::keyClicks(&address(), "https://eu-1.example.org");

        QVERIFY(start().isEnabled());
        QTest::keyClick(m_dialog.get(), Qt::Key_Return);
        QCOMPARE(m_dialog->result(), int(QDialog::Accepted));
        QCOMPARE(m_dialog->node(), QUrl("https://eu-1.example.org"));
    }

    void aWrongAddressIsSaidInWords()
    {
        QTest::keyClicks(&address(), "http://eu-1.example.org");

        QVERIFY(!start().isEnabled());
        QCOMPARE(m_dialog->findChild<QLabel *>("problem")->text(), QString("Use https."));
    }

    void anOwnCacheNeedsNoAddress()
    {
        QTest::keyClicks(&address(), "nonsense");

        m_dialog->findChildren<QRadioButton *>().at(1)->click();

        QVERIFY(start().isEnabled());
        QVERIFY(!m_dialog->findChild<QLabel *>("problem")->isVisible());
        start().click();
        QVERIFY(m_dialog->node().isEmpty());
    }

    void escapeQuits()
    {
        QTest::keyClick(m_dialog.get(), Qt::Key_Escape);

        QCOMPARE(m_dialog->result(), int(QDialog::Rejected));
    }

private:
    QLineEdit &address() const { return *m_dialog->findChild<QLineEdit *>(); }
    QPushButton &start() const { return *m_dialog->findChild<QPushButton *>("start"); }

    std::unique_ptr<StartChoiceDialog> m_dialog;
};

QTEST_MAIN(tst_StartChoiceDialog)
#include "tst_StartChoiceDialog.moc"
