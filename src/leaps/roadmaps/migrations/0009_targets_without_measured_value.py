from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('roadmaps', '0008_targets_hand_over_their_measurements'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='technologytarget',
            name='roadmaps_target_measured_year',
        ),
        migrations.RemoveConstraint(
            model_name='technologytarget',
            name='roadmaps_target_measured_finite',
        ),
        migrations.RemoveField(
            model_name='technologytarget',
            name='measured_value',
        ),
        migrations.RemoveField(
            model_name='technologytarget',
            name='measured_year',
        ),
    ]
