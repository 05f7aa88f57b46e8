"""The company's web site: two landing pages, one of them under test, and the articles of its specialists."""

import io
from datetime import datetime, timedelta

from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.marketing.pages.models import Form
from ryorin.marketing.sites.actions import (
    add_author,
    add_category,
    begin_test,
    change_site,
    create_article,
    create_page,
    default_site,
    duplicate_page,
    keep_picture,
    publish_article,
    publish_page,
    write_page,
)
from ryorin.marketing.sites.models import Asset, Author, LandingPage, Site
from ryorin.workspace.members.models import Member

HERO = """<section class="p-section p-hero"><div class="p-two"><div><p class="p-eyebrow">{eyebrow}</p><h1>{title}</h1>
<p class="p-lead">{lead}</p><div class="p-buttons"><a class="p-button" href="#form">{button}</a></div></div>
<div class="p-picture"><img src="{picture}" srcset="{srcset}" sizes="(max-width: 760px) 100vw, 540px" width="960"
height="600" alt="{alt}"></div></div></section>"""
BENEFITS = """<section class="p-section"><div class="p-title"><h2>選ばれる3つの理由</h2></div><div class="p-row">
<div class="p-card"><span class="p-number">01</span><h3>現場のワークで事前に検証</h3>
<p>お預かりした部品で、見つけられる傷と見つけられない傷を数字でお示しします。</p></div>
<div class="p-card"><span class="p-number">02</span><h3>設置は半日、教育は1日</h3>
<p>ラインを長く止めません。検査員の方ご自身で品種を追加できるようになります。</p></div>
<div class="p-card"><span class="p-number">03</span><h3>全国6拠点から駆けつけ</h3>
<p>校正と点検を計画的に行い、止まる前に部品を交換します。</p></div></div></section>"""
FAQ = """<section class="p-section p-soft"><div class="p-title"><h2>よくあるご質問</h2></div>
<div class="p-narrow p-faq"><details open><summary>費用はどのくらいかかりますか。</summary>
<p>画像検査装置は380万円から、照明と治具を含めた導入例は資料に載せています。</p></details>
<details><summary>小ロットでも使えますか。</summary>
<p>品種の切り替えは1分ほどです。1日に20品種を流す工場でもお使いいただいています。</p></details></div></section>"""
FORM = """<section class="p-section" id="form"><div class="p-title"><h2>{title}</h2></div><div class="p-narrow">
<div class="p-form" data-ry-form="{form}"></div></div></section>"""
ARTICLES = (
    (
        "外観検査を自動化する前に、良品の見本を100個集める",
        "collect-good-samples",
        "guide",
        "自動化の成否は、装置を選ぶ前の準備で決まります。見本の集め方と、判定基準の決め方をまとめました。",
        "<h2>基準は「不良」ではなく「良品」から決める</h2><p>不良は次々に新しい顔で現れます。先に<b>良品の幅</b>を決めると、"
        "検査員ごとの判定のばらつきも見えてきます。</p><h2>集める順番</h2><ol><li>量産の初め・中ほど・終わりから同じ数だけ</li>"
        "<li>材料のロットが変わった直後</li><li>金型や刃物を交換した前後</li></ol><blockquote>見本を集める作業で、"
        "工程そのものの問題が見つかることも少なくありません。</blockquote>",
        ("外観検査", "自動化"),
        70,
    ),
    (
        "照明で8割が決まる：傷が見える光の当て方",
        "lighting-first",
        "guide",
        "同じカメラでも、光の当て方で見える傷は変わります。代表的な4つの当て方を比べます。",
        "<h2>4つの当て方</h2><table><thead><tr><th>照明</th><th>得意な傷</th></tr></thead><tbody><tr><td>同軸落射</td>"
        "<td>平らな面の打痕</td></tr><tr><td>ローアングル</td><td>浅い線傷</td></tr><tr><td>ドーム</td><td>曲面の汚れ</td></tr>"
        "<tr><td>透過</td><td>欠け・バリ</td></tr></tbody></table><p>迷ったら、まずローアングルから試してください。</p>",
        ("外観検査", "照明"),
        41,
    ),
    (
        "測定器の校正周期はどう決める？ 3つの考え方",
        "calibration-cycle",
        "quality",
        "一律1年で決めていませんか。使用頻度と履歴から周期を見直す方法を紹介します。",
        "<h2>使用頻度で分ける</h2><p>毎日使うノギスと、月に一度の三次元測定機では、ずれの進み方が違います。</p>"
        "<h2>履歴を見る</h2><p>3回続けて基準内なら延ばし、1回でも外れたら縮めます。</p>",
        ("校正", "品質管理"),
        12,
    ),
)


def build_site(staff: Staff, *, now: datetime) -> None:
    """This function will open the site with its pages and articles; the last article waits for its day."""
    mei = staff.members["mei"]
    with clock.frozen(now - timedelta(days=90)):
        site = open_site(mei)
        picture = photograph(mei)
        author = add_author(
            by=mei, name="高木 亮", slug="takagi", job_title="営業一課　検査・測定担当",
            bio="自動車部品の工場を中心に、15年で200を超えるラインの検査に立ち会いました。",
        )  # fmt: skip
    write_articles(site, author, picture, mei, now=now)
    with clock.frozen(now - timedelta(days=30)):
        page = landing_page(site, picture, mei)
        compare_headlines(page, mei)


def open_site(mei: Member) -> Site:
    site = default_site()
    for name, slug in (("はじめての検査", "guide"), ("品質管理", "quality")):
        add_category(site, name=name, slug=slug, by=mei)
    return change_site(
        site, by=None, version=None, colour="#1f4f8f", description="画像検査と精密測定の専門メーカー",
        menu=[{"label": "記事", "address": "/articles/"}, {"label": "カタログ", "address": "/catalogue/"}],
        footer="© 検査・測定のことなら、お気軽にご相談ください。",
    )  # fmt: skip


def photograph(mei: Member) -> Asset:
    """Return a drawing that stands where a photograph of the machine would."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (960, 600), (225, 232, 242))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 430, 960, 600), fill=(196, 207, 222))
    pen.rounded_rectangle((250, 110, 710, 470), 26, fill=(31, 79, 143))
    pen.rounded_rectangle((290, 150, 560, 330), 12, fill=(214, 230, 250))
    pen.ellipse((600, 170, 670, 240), fill=(245, 196, 92))
    pen.rectangle((160, 470, 800, 500), fill=(84, 98, 120))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return keep_picture(stream.getvalue(), name="画像検査装置.png", alt="画像検査装置", by=mei)


def write_articles(site: Site, author: Author, picture: Asset, mei: Member, *, now: datetime) -> None:
    shelves = {shelf.slug: shelf for shelf in site.categories.all()}
    for title, slug, shelf, lead, body, tags, days_ago in ARTICLES:
        with clock.frozen(now - timedelta(days=days_ago)):
            article = create_article(
                site=site, title=title, slug=slug, lead=lead, body=body, tags=tags, category=shelves[shelf],
                author=author, picture=picture, description=lead, by=mei,
            )  # fmt: skip
            publish_article(article, by=mei)
    waiting = create_article(
        site=site, title="年末の設備点検で見落としやすい5か所", slug="year-end-check", category=shelves["quality"],
        lead="止めている間にしか見られない場所を、写真つきでまとめました。", author=author, by=mei,
        body="<h2>点検の順番</h2><p>高い所から低い所へ、電気・空気・油の順に見ます。</p>",
    )  # fmt: skip
    publish_article(waiting, by=mei, at=now + timedelta(days=5))


def landing_page(site: Site, picture: Asset, mei: Member) -> LandingPage:
    form = Form.objects.filter(slug="catalogue").first()
    hero = HERO.format(
        eyebrow="製造業の品質管理ご担当の方へ", button="カタログを請求する",
        title="目視検査の人手不足を、画像検査で補う",
        lead="導入の費用、見つけられる傷の例、設置までの流れを、24ページの資料にまとめました。",
        picture=picture.address(960), srcset=picture.srcset, alt="画像検査装置",
    )  # fmt: skip
    html = "\n".join((hero, BENEFITS, FAQ, FORM.format(title="カタログのご請求", form=form.pk if form else 0)))
    page = create_page(
        site=site, name="カタログ請求", path="catalogue", html=html, by=mei, title="画像検査装置カタログ｜無料",
        description="画像検査装置の費用、見つけられる傷の例、設置までの流れをまとめた24ページのカタログを、無料でお送りします。",
        picture=picture, campaign=form.campaign if form else None,
    )  # fmt: skip
    return publish_page(page, by=mei)


def compare_headlines(page: LandingPage, mei: Member) -> None:
    """This function will test the page's headline against one with a figure in it."""
    other = duplicate_page(page, by=mei, as_variant=True)
    html = other.html.replace("目視検査の人手不足を、画像検査で補う", "検査にかかる時間を、3か月で半分に")
    other, _removed = write_page(other, by=mei, version=None, project={}, html=html, css="")
    publish_page(other, by=mei)
    begin_test(page, by=mei)
