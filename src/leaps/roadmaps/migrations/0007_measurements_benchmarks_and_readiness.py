import django.core.validators
import django.db.models.deletion
import leaps.roadmaps.models.technologies
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0001_initial'),
        ('roadmaps', '0006_roadmap_editions_stay'),
    ]

    operations = [
        migrations.CreateModel(
            name='TechnologyBenchmark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('provenance', models.JSONField(blank=True, default=dict, editable=False)),
                ('slug', models.CharField(help_text='Stable name in addresses, packs and the API.', max_length=120, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*$', 'use small letters, digits and single hyphens, such as max-iv'), leaps.roadmaps.models.technologies.validate_not_taken], verbose_name='key')),
                ('metric', models.CharField(help_text='In the words of the targets it is held against.', max_length=120, verbose_name='metric')),
                ('unit', models.CharField(max_length=30, verbose_name='unit')),
                ('kind', models.CharField(choices=[('world_best', 'world best'), ('physical_limit', 'physical limit')], max_length=16, verbose_name='what it is')),
                ('value', models.FloatField(verbose_name='value')),
                ('year', models.IntegerField(blank=True, help_text='Since when it stands; a limit may have none.', null=True, verbose_name='year')),
                ('holder', models.CharField(blank=True, help_text='In words: a facility anywhere, or the law of physics.', max_length=160, null=True, verbose_name='who holds it')),
                ('note', models.CharField(blank=True, max_length=300, null=True, verbose_name='note')),
            ],
            options={
                'verbose_name': 'technology benchmark',
                'verbose_name_plural': 'technology benchmarks',
                'ordering': ['technology', 'metric', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='TechnologyMeasurement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('provenance', models.JSONField(blank=True, default=dict, editable=False)),
                ('slug', models.CharField(help_text='Stable name in addresses, packs and the API.', max_length=120, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*$', 'use small letters, digits and single hyphens, such as max-iv'), leaps.roadmaps.models.technologies.validate_not_taken], verbose_name='key')),
                ('measured_on', models.CharField(help_text='A year, a month or a day, no sharper than the source: 2027, 2027-12 or 2027-12-01.', max_length=10, validators=[leaps.roadmaps.models.technologies.validate_partial_date], verbose_name='measured in')),
                ('value', models.FloatField(help_text='In the unit of the target: only what was really reached, never the goal again.', verbose_name='value')),
                ('sigma', models.FloatField(blank=True, help_text='One standard deviation, in the unit of the target; empty when nobody states one.', null=True, verbose_name='standard uncertainty')),
                ('note', models.CharField(blank=True, max_length=300, null=True, verbose_name='note')),
            ],
            options={
                'verbose_name': 'technology measurement',
                'verbose_name_plural': 'technology measurements',
                'ordering': ['target', 'measured_on', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='TechnologyReadiness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('provenance', models.JSONField(blank=True, default=dict, editable=False)),
                ('slug', models.CharField(help_text='Stable name in addresses, packs and the API.', max_length=120, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*$', 'use small letters, digits and single hyphens, such as max-iv'), leaps.roadmaps.models.technologies.validate_not_taken], verbose_name='key')),
                ('role', models.CharField(choices=[('needs', 'needs it'), ('has', 'has it'), ('develops', 'develops it')], max_length=10, verbose_name='role')),
                ('trl', models.IntegerField(blank=True, help_text='1 to 9, as claimed; empty when none is, and for who needs it.', null=True, verbose_name='technology readiness level')),
                ('stated_on', models.CharField(help_text='A year, a month or a day, no sharper than the source: 2027, 2027-12 or 2027-12-01.', max_length=10, validators=[leaps.roadmaps.models.technologies.validate_partial_date], verbose_name='as of')),
                ('note', models.CharField(blank=True, max_length=300, null=True, verbose_name='note')),
            ],
            options={
                'verbose_name': 'technology readiness',
                'verbose_name_plural': 'statements of technology readiness',
                'ordering': ['technology', 'role', 'slug'],
            },
        ),
        migrations.AddField(
            model_name='technologybenchmark',
            name='technology',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='benchmarks', to='roadmaps.technology', verbose_name='technology'),
        ),
        migrations.AddField(
            model_name='technologymeasurement',
            name='facility',
            field=models.ForeignKey(blank=True, help_text='Where it was measured; that of the target, where the target is of one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='technology_measurements', to='catalogue.facility', verbose_name='facility'),
        ),
        migrations.AddField(
            model_name='technologymeasurement',
            name='target',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='roadmaps.technologytarget', verbose_name='target'),
        ),
        migrations.AddField(
            model_name='technologyreadiness',
            name='facility',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='technology_readiness', to='catalogue.facility', verbose_name='facility'),
        ),
        migrations.AddField(
            model_name='technologyreadiness',
            name='organisation',
            field=models.ForeignKey(blank=True, help_text='Who speaks, when that is not a facility.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='technology_readiness', to='catalogue.organisation', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='technologyreadiness',
            name='technology',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readiness', to='roadmaps.technology', verbose_name='technology'),
        ),
        migrations.AddConstraint(
            model_name='technologybenchmark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('value__gte', -1e+300), ('value__lte', 1e+300)), ('value__isnull', True), _connector='OR'), name='roadmaps_benchmark_finite'),
        ),
        migrations.AddConstraint(
            model_name='technologybenchmark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('year__gte', 1850), ('year__lte', 2100)), ('year__isnull', True), _connector='OR'), name='roadmaps_benchmark_year'),
        ),
        migrations.AddConstraint(
            model_name='technologymeasurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('value__gte', -1e+300), ('value__lte', 1e+300)), ('value__isnull', True), _connector='OR'), name='roadmaps_measurement_finite'),
        ),
        migrations.AddConstraint(
            model_name='technologymeasurement',
            constraint=models.CheckConstraint(condition=models.Q(('sigma__isnull', True), models.Q(('sigma__gt', 0), ('sigma__lte', 1e+300)), _connector='OR'), name='roadmaps_measurement_sigma'),
        ),
        migrations.AddConstraint(
            model_name='technologyreadiness',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('trl__gte', 1), ('trl__lte', 9)), ('trl__isnull', True), _connector='OR'), name='roadmaps_readiness_level'),
        ),
        migrations.AddConstraint(
            model_name='technologyreadiness',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('facility__isnull', True), ('organisation__isnull', False)), models.Q(('facility__isnull', False), ('organisation__isnull', True)), _connector='OR'), name='roadmaps_readiness_of_one'),
        ),
        migrations.AddConstraint(
            model_name='technologyreadiness',
            constraint=models.CheckConstraint(condition=models.Q(('trl__isnull', True), models.Q(('role', 'needs'), _negated=True), _connector='OR'), name='roadmaps_readiness_need_has_no_level'),
        ),
    ]
