// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QString>

#include "widgets/theme.h"

class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace shearbench::widgets {

class ElidedLabel;
class Figure;

/// What an empty pane says: one or two sentences on what will appear, and the button that makes it
/// appear. Without a button text there is no button.
struct EmptyState {
    QString icon;  ///< name of a drawing, shown 32 px large
    QString text;
    QString button;
};

/// The frame around everything that shows data: a header with title, context and buttons (copy or
/// save the figure, show its numbers as a table, fill the window), and below it one of content,
/// table or empty state.
///
/// The pane switches between content and table itself and copies the figure and its numbers; saving
/// and filling the window are the window's, asked for by signals. Double-click on the header, F or
/// the button fill the window; Escape goes back; T switches to the table; Ctrl+C copies. Keys work
/// while the keyboard is in the pane; actions of the window with the same keys come first.
class Pane : public QFrame {
    Q_OBJECT
  public:
    explicit Pane(const Theme& theme, const QString& title, QWidget* parent = nullptr);
    ~Pane() override;

    void setTitle(const QString& title);
    QString title() const;
    /// What is shown, of which run: a short line in grey, cut with an ellipsis where it does not
    /// fit.
    void setContext(const QString& context);
    /// Puts a picker or button into the header, left of the pane's own buttons. Takes ownership. In
    /// a presentation all of these are away.
    void addHeaderWidget(QWidget* widget);

    /// Takes ownership. `figure` is what table, copy and save act on (often the widget itself) and
    /// must live as long as the content; without one those buttons are hidden.
    void setContent(QWidget* content, Figure* figure = nullptr);
    QWidget* content() const { return content_; }
    Figure* figure() const { return figure_; }

    /// Shows the empty state instead of the content, with saving and table disabled.
    void setEmpty(const EmptyState& state);
    /// Shows the content (or the table, where that was chosen).
    void setFilledWithData();
    bool isEmpty() const { return empty_; }

    bool showsTable() const;
    void showTable(bool on);
    /// Tells the pane that it fills the window or no longer does: changes the button.
    void setMaximised(bool on);
    bool isMaximised() const { return maximised_; }

    /// Puts picture and vector graphics of the figure on the clipboard, at the content's size.
    void copyFigure();
    /// Puts the table on the clipboard as tab-separated text.
    void copyTable();

  Q_SIGNALS:
    void saveFigureRequested();
    void saveTableRequested();
    /// The other state of isMaximised() is wanted.
    void maximiseRequested(bool on);
    /// The empty state's button.
    void emptyButtonPressed();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    QToolButton* makeButton(const QString& icon, const QString& name, const QString& toolTip);
    void buildHeader();
    void buildEmptyPage();
    void restyle();
    void arrangeEmptyPage();
    void updateButtons();

    const Theme& theme_;
    QString emptyIcon_;
    QWidget* header_;
    QHBoxLayout* headerLayout_;
    QLabel* title_;
    ElidedLabel* context_;
    QWidget* tools_;  ///< right of the words
    QHBoxLayout* toolsLayout_;
    QToolButton *export_, *tableButton_, *maximise_;
    QStackedWidget* body_;
    QWidget* content_ = nullptr;
    Figure* figure_ = nullptr;
    QTableView* table_ = nullptr;
    QWidget* emptyPage_;
    QLabel *emptyPicture_, *emptyText_;
    QPushButton* emptyButton_;
    bool empty_ = false, maximised_ = false;
};

}  // namespace shearbench::widgets
