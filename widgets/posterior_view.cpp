// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/posterior_view.h"

#include <QAbstractButton>
#include <QPainter>
#include <QResizeEvent>

#include "widgets/discard.h"
#include "widgets/posterior_table.h"

namespace shearbench::widgets {

class PosteriorView::Card : public QAbstractButton {
  public:
    Card(const Theme& theme, QWidget* parent) : QAbstractButton(parent), theme_(theme) {
        setCheckable(true);
        setFocusPolicy(Qt::NoFocus);  // the plot's arrows choose
        setCursor(Qt::PointingHandCursor);
    }

    void set(std::shared_ptr<const PosteriorScene> scene, int index, bool chosen) {
        scene_ = std::move(scene);
        index_ = index;
        setChecked(chosen);
        const GalaxyPosterior& galaxy = scene_->galaxies[std::size_t(index)];
        const QString words = describe(galaxy);
        setAccessibleName(galaxyLetter(index) + QStringLiteral(", ") + galaxy.name);
        setAccessibleDescription(words);
        setToolTip(words);
        update();
    }

    qint64 row() const { return scene_->galaxies[std::size_t(index_)].row; }

  protected:
    void paintEvent(QPaintEvent*) override {
        if (scene_) {
            QPainter painter(this);
            paintGalaxyCard(painter, rect(), *scene_, index_, isChecked(), theme_);
        }
    }
    // A click chooses; it never takes the choice back.
    void nextCheckState() override { setChecked(true); }

  private:
    const Theme& theme_;
    std::shared_ptr<const PosteriorScene> scene_;
    int index_ = 0;
};

class PosteriorView::Legend : public QWidget {
  public:
    Legend(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {}

    void set(std::shared_ptr<const PosteriorScene> scene) {
        scene_ = std::move(scene);
        const QStringList lines = legendLines(*scene_);
        setAccessibleName(lines.join(QLatin1Char(' ')));
        setToolTip(lines.join(QLatin1Char('\n')));
        update();
    }

    void setCards(bool cards) {
        cards_ = cards;
        update();
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        paintLegend(painter, rect(), *scene_, cards_, theme_);
    }

  private:
    const Theme& theme_;
    std::shared_ptr<const PosteriorScene> scene_;
    bool cards_ = true;
};

PosteriorView::PosteriorView(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      scene_(std::make_shared<PosteriorScene>()),
      plot_(new EllipsePlot(theme, this)),
      legend_(new Legend(theme, this)) {
    setAccessibleName(tr("Posterior ellipses"));
    setFocusProxy(plot_);
    legend_->set(scene_);
    connect(plot_, &EllipsePlot::selected, this, &PosteriorView::choose);
    connect(&theme, &Theme::changed, this, &PosteriorView::arrange);
}

PosteriorView::~PosteriorView() = default;

void PosteriorView::setScene(PosteriorScene scene) {
    scene_ = std::make_shared<const PosteriorScene>(std::move(scene));
    plot_->setScene(scene_);
    legend_->set(scene_);
    if (table_ != nullptr) {
        table_->setScene(scene_);
    }
    arrange();
}

void PosteriorView::setSelected(qint64 row) {
    selected_ = row;
    plot_->setSelected(row);
    arrange();
}

void PosteriorView::choose(qint64 row) {
    setSelected(row);
    Q_EMIT galaxySelected(row);
}

void PosteriorView::arrange() {
    const int selected = scene_->indexOf(selected_);
    const auto places = arrangePosterior(QSizeF(size()), *scene_, selected, theme_);
    plot_->setGeometry(places.plot.toRect());
    legend_->setGeometry(places.legend.toRect());
    legend_->setCards(!places.cards.empty());
    legend_->setVisible(!places.legend.isEmpty());
    while (cards_.size() > places.cards.size()) {
        discard(cards_.back());
        cards_.pop_back();
    }
    while (cards_.size() < places.cards.size()) {
        auto* card = new Card(theme_, this);
        connect(card, &QAbstractButton::clicked, this, [this, card] { choose(card->row()); });
        card->show();
        cards_.push_back(card);
    }
    for (std::size_t i = 0; i < cards_.size(); ++i) {
        const int index = places.first + int(i);
        cards_[i]->setGeometry(places.cards[i].toRect());
        cards_[i]->set(scene_, index, index == selected);
    }
}

void PosteriorView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

QSize PosteriorView::sizeHint() const {
    return {theme_.px(540), theme_.px(270)};
}

QSize PosteriorView::minimumSizeHint() const {
    return {theme_.px(200), theme_.px(150)};
}

QString PosteriorView::figureTitle() const {
    return tr("Posterior ellipses of single galaxies");
}

QAbstractItemModel* PosteriorView::figureTable() {
    if (table_ == nullptr) {
        table_ = new PosteriorTable(this);
        table_->setScene(scene_);
    }
    return table_;
}

void PosteriorView::paintFigure(QPainter& painter, const QSizeF& size, const Theme& theme) const {
    const int selected = scene_->indexOf(selected_);
    const auto places = arrangePosterior(size, *scene_, selected, theme);
    EllipsePlane plane = plot_->plane();
    plane.area = ellipsePlotArea(places.plot, theme);
    paintEllipsePlot(painter, places.plot, plane, *scene_, {}, theme);
    for (std::size_t i = 0; i < places.cards.size(); ++i) {
        paintGalaxyCard(painter, places.cards[i], *scene_, places.first + int(i), false, theme);
    }
    if (!places.legend.isEmpty()) {
        paintLegend(painter, places.legend, *scene_, !places.cards.empty(), theme);
    }
}

}  // namespace shearbench::widgets
